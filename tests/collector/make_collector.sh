#!/usr/bin/env bash
# make_collector.sh FILE: the collector of this folder as a program. Modules come from Go's proxy.
set -euo pipefail
program=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
PATH=$PATH:/usr/local/go/bin
if ! command -v go >/dev/null; then
  echo "a real OpenTelemetry collector is built with Go, which is not here: go.dev/dl" >&2
  exit 1
fi
CGO_ENABLED=0 go build -trimpath -o "$program" .
