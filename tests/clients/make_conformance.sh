#!/usr/bin/env bash
# make_conformance.sh FOLDER: MCP's conformance suite, and the Node that it needs, from npm.
set -euo pipefail
folder=$1
wanted="@modelcontextprotocol/conformance@0.2.0-alpha.12 node@22"
if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$wanted" ]; then exit 0; fi
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
echo '{"name":"conformance","private":true}' >package.json
# Two packages: the names are to be two words.
# shellcheck disable=SC2086
npm install --no-audit --no-fund --loglevel=error $wanted >/dev/null
echo "$wanted" >stamp
