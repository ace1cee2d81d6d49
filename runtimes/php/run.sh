#!/bin/sh
# run.sh SOURCE ARGUMENTS: PHP takes what is outside its tags for a page. A source without any, that
# does not begin as a page either, is a program; its tag goes onto the first line, so that lines
# keep their numbers.
source=$1
isProgram() {
  read -r line <"$source"
  # Most are seen to at once.
  case $line in '<'*) return 1 ;; esac
  [ "$(tr -d '[:space:]' <"$source" | head -c 1)" != '<' ] && ! grep -qiE '<\?(php|=)' "$source"
}
if isProgram; then
  case $line in '#!'*) first=2 ;; *) first=1 ;; esac
  sed -i "${first}s/^/<?php /" "$source"
fi
exec /usr/bin/php -d display_errors=stderr -d memory_limit=-1 "$@"
