#!/usr/bin/env bash
# Installs what Brood is compared with: from Debian, and go-judge by the Go module proxy. What cannot
# be had is said, and is missing from the table by name.
set -uo pipefail
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E "$@"; fi; }
missing() { echo "not installed: $1" >&2; }

for package in bubblewrap firejail nsjail crun runc runsc; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed && continue
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "$package" >/dev/null 2>&1 || missing "$package (no such Debian package here)"
done

if ! command -v go-judge >/dev/null; then
  if command -v go >/dev/null; then
    # A binary of its own directory: root's and a user's differ.
    GOBIN=/tmp/brood-peers-bin.$$ go install github.com/criyle/go-judge/cmd/go-judge@v1.9.4 &&
      as_root install -m 755 "/tmp/brood-peers-bin.$$/go-judge" /usr/local/bin/go-judge ||
      missing "go-judge (go install failed)"
    rm -rf "/tmp/brood-peers-bin.$$"
  else
    missing "go-judge (no go to build it with)"
  fi
fi
