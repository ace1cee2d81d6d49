#!/usr/bin/env bash
# make_node.sh FOLDER: builds and packs clients/typescript in FOLDER/build and installs the package
# in FOLDER/user beside what the tests need, once for each version of the sources.
set -euo pipefail
folder=$1
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../clients/typescript")
stamp=$(find "$source" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
rm -f "$folder/stamp"
mkdir -p "$folder/build" "$folder/user"
quietly() { "$@" --no-audit --no-fund --loglevel=error >/dev/null; }
rm -rf "$folder/build/src" "$folder/build/dist" "$folder"/*.tgz
cp -r "$source/." "$folder/build"
cd "$folder/build"
quietly npm install --no-package-lock
npx --no-install tsc
npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder/user"
echo '{"name":"user","private":true,"type":"module"}' >package.json
version() { node -p "require('$source/package.json').devDependencies['$1']"; }
quietly npm install "$folder"/brood-*.tgz "ai@$(version ai)" "zod@$(version zod)" \
  "typescript@$(version typescript)"
echo "$stamp" >"$folder/stamp"
