#!/bin/sh
# compile.sh c|cpp SOURCE ARTIFACT: a program of SOURCE and of what else came with the job in these
# languages, in any folder. What one source includes (#include "table.c") is part of that one.
# Words are split at line ends alone, and no name is a pattern.
# shellcheck disable=SC2046,SC2086
set -uf
IFS='
'
language=$1 source=$2 artifact=$3
main=./${source##*/}
c='/usr/bin/gcc
-std=gnu17
-O2
-Wall'
cpp='/usr/bin/g++
-std=gnu++20
-O2
-Wall'

included() {
  find . -type f \( -name '*.[chC]' -o -name '*.cc' -o -name '*.[ch]pp' -o -name '*.[ch]xx' -o -name '*.hh' \) \
    -exec sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\(.*\)".*/\1/p' {} + |
    sed 's,^\(\.\.*/\)*,,'
}

# others PATTERN...: sources of their own.
others() {
  for pattern in "$@"; do
    for file in $(find . -type f -name "$pattern" ! -path "$main" | LC_ALL=C sort); do
      part=
      for name in $includes; do
        case $file in */"$name") part=yes ;; esac
      done
      [ -n "$part" ] || printf '%s\n' "$file"
    done
  done
}

# Nearly every job is one file.
if [ "./$(ls -A)" = "$main" ]; then
  includes=""
  alone=yes
else
  includes=$(included)
  alone=""
fi

case $language in
  c)
    set --
    [ -n "$alone" ] || set -- $(others '*.c')
    exec $c -o "$artifact" "$source" "$@" -lm -pthread
    ;;
  cpp)
    objects=
    set --
    if [ -z "$alone" ]; then
      for file in $(others '*.c'); do
        object=$TMPDIR/$(printf '%s' "$file" | tr / _).o
        $c -c -o "$object" "$file" || exit
        objects="$objects$object
"
      done
      set -- $(others '*.cc' '*.cpp' '*.cxx' '*.C')
    fi
    exec $cpp -o "$artifact" "$source" "$@" $objects -pthread
    ;;
esac
