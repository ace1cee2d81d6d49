#!/bin/sh
# go.sh ARGUMENTS: the Go command, on the PATH or where its usual installers put it: the project's
# own archive in /usr/local, a distribution's package of one version in /usr/lib.
for folder in /usr/local/go/bin /usr/lib/go/bin /usr/lib/go-*/bin; do
  PATH=$PATH:$folder
done
if ! command -v go >/dev/null; then
  echo "go: not on the PATH, in /usr/local/go or in /usr/lib/go-*" >&2
  exit 127
fi
exec go "$@"
