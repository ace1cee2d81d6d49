#!/usr/bin/env bash
# make_venv.sh FOLDER [FILE]: a virtual environment with what the file of this folder lists (requirements.txt),
# made once for each version of it.
set -euo pipefail
folder=$1
wanted=$(dirname "${BASH_SOURCE[0]}")/${2:-requirements.txt}
if cmp -s "$wanted" "$folder/requirements.txt"; then exit 0; fi
rm -rf "$folder"
/usr/bin/python3 -m venv "$folder"
"$folder/bin/pip" --quiet install --requirement "$wanted"
cp "$wanted" "$folder/requirements.txt"
