#!/usr/bin/env bash
# Copies into an ext4 image what every run reads over and over: hot.sh IMAGE
# A file that a guest reads through 9p costs it a dozen milliseconds where the CPU is emulated. In
# the guest the image lies over the host's root; what is not in it is read from there.
set -euo pipefail
image=$1
hot=(/etc /usr/lib/python3 /usr/lib/python3.*/ /usr/lib/*-linux-gnu)

newest=/var/lib/dpkg/status
[ ! /etc -nt "$newest" ] || newest=/etc
[ ! "$image" -nt "$newest" ] || exit 0

# In a mount namespace of our own, so that nothing needs to be copied twice.
export image
unshare --mount --propagation private bash -c '
  set -euo pipefail
  view=$(mktemp -d)
  mount -t tmpfs view "$view"
  size=64
  for path in "$@"; do
    path=${path%/}
    mkdir -p "$view$path"
    mount --bind "$path" "$view$path"
    size=$((size + $(du -smx "$path" | cut -f 1) * 5 / 4))
  done
  rm -f "$image" "$image.new"
  mke2fs -q -t ext4 -O ^has_journal -m 0 -N 200000 -d "$view" "$image.new" "${size}M"
  mv "$image.new" "$image"' bash "${hot[@]}"
