#!/usr/bin/env bash
# Unpacks a kernel of Debian's without installing it: kernel.sh DIRECTORY [PACKAGE[/SUITE]]
# Prints the directory below DIRECTORY in which boot/ and lib/modules/ are then. PACKAGE is a
# kernel's or, like the default, the one that depends on the newest. It comes from where this
# machine's apt looks, or from a SUITE of Debian's, like bookworm-backports, that this machine's apt
# need not know.
set -euo pipefail
directory=$1
package=${2:-linux-image-amd64}

# As root apt would rather download as its own user, who may not write here.
options=(-o APT::Sandbox::User=root)
if [ "$package" != "${package%/*}" ]; then
  suite=${package#*/}
  package=${package%/*}
  state=$directory/apt-$suite
  mkdir -p "$state"/{lists/partial,archives/partial}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
http://deb.debian.org/debian $suite main" >"$state/sources.list"
  options+=(-o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state")
  [ -n "$(ls "$state"/lists/*_Packages* 2>/dev/null)" ] || apt-get "${options[@]}" update -q >&2
fi

case "$package" in
  linux-image-[0-9]*) ;;
  *)
    named=$(apt-cache "${options[@]}" depends "$package" |
      sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
    package=${named:?apt knows no kernel by the name $package (apt-get update?)}
    ;;
esac
tree=$directory/$package
if [ ! -e "$tree/.complete" ]; then
  rm -rf "$tree"
  mkdir -p "$tree/package"
  (cd "$tree/package" && apt-get "${options[@]}" download -q "$package" >&2)
  dpkg-deb -x "$tree/package"/*.deb "$tree"
  rm -r "$tree/package"
  depmod -b "$tree" "$(basename "$tree"/lib/modules/*)"
  touch "$tree/.complete"
fi
echo "$tree"
