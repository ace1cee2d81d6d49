#!/bin/bash
# Exits with 0 if the gateway answers GET /health with 200. Bash speaks TCP, so the image needs no curl.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-8080}"
printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r _ status _ <&3
[ "$status" = 200 ]
