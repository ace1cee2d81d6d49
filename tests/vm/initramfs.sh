#!/usr/bin/env bash
# Makes the first file system of a guest: initramfs.sh KERNEL_TREE OUTPUT
# busybox, the modules by which the host's file system is reached, and init.sh as its init.
set -euo pipefail
tree=$1
output=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
release=$(basename "$tree"/lib/modules/*)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{bin,modules,proc,dev,hot,lower,upper,root}
cp /bin/busybox "$work/bin/busybox"
ln -s busybox "$work/bin/sh"
install -m 755 "$here/init.sh" "$work/init"

# In the order in which they can be loaded: each after what it needs.
for module in virtio_pci virtio_blk crc32c_generic ext4 9pnet_virtio 9p overlay; do
  modprobe --show-depends --dirname "$tree" --set-version "$release" "$module"
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$work/paths"
number=100
while read -r path; do
  name=$number-$(basename "${path%.xz}")
  case "$path" in
    *.xz) xz -dc "$path" >"$work/modules/$name" ;;
    *) cp "$path" "$work/modules/$name" ;;
  esac
  number=$((number + 1))
done <"$work/paths"
rm "$work/paths"
(cd "$work" && find . | cpio --quiet -o -H newc) | gzip -1 >"$output"
