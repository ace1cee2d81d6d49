#!/usr/bin/env bash
# make_python.sh FOLDER REQUIREMENTS [EXTRAS]: a virtual environment with REQUIREMENTS and the wheel
# of clients/python, made once for each version of both.
set -euo pipefail
folder=$1 requirements=$2 extras=${3:-}
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../clients/python")
stamp=$( (cat "$requirements"; find "$source" -type f -not -name '*.pyc' -print0 | sort -z |
  xargs -0 sha256sum) | sha256sum)
if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
if ! cmp -s "$requirements" "$folder/requirements.txt"; then
  rm -rf "$folder"
  /usr/bin/python3 -m venv "$folder"
  # Much of what is installed is never imported.
  "$folder/bin/pip" --quiet install --no-compile --requirement "$requirements"
  cp "$requirements" "$folder/requirements.txt"
fi
rm -rf "$folder/wheel"
"$folder/bin/pip" --quiet wheel --no-deps --wheel-dir "$folder/wheel" "$source"
wheel=$(echo "$folder"/wheel/brood-*.whl)
"$folder/bin/pip" --quiet install --force-reinstall --no-deps "$wheel"
"$folder/bin/pip" --quiet install --no-compile "$wheel$extras"
echo "$stamp" >"$folder/stamp"
