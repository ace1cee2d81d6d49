#!/usr/bin/env bash
# Runs suites in a guest with a kernel of Debian's: run.sh BUILD_DIRECTORY [SET [SUITE ...]]
# SET and SUITE are those of suites.py; without them the lean set is run.
# BROOD_VM_KERNEL names the kernel's package, see kernel.sh. What is made for the guest stays in
# BUILD_DIRECTORY/vm, and so do the results, one file for each kernel and set.
set -euo pipefail
build=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- lean
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "$here $build" in
  /tmp/* | /run/* | *" /tmp/"* | *" /run/"*)
    echo "vm: a guest has a /tmp and a /run of its own: neither project nor build may be there" >&2
    exit 2 ;;
esac
for tool in qemu-system-x86_64 depmod cpio busybox mke2fs; do
  command -v "$tool" >/dev/null || { echo "vm: no $tool here; ./dev vm installs it" >&2; exit 2; }
done

vm=$build/vm
mkdir -p "$vm/results"
# One at a time: the image and the shared directory are everybody's.
exec 9>"$vm/lock"
flock 9
tree=$("$here/kernel.sh" "$vm" "${BROOD_VM_KERNEL:-linux-image-amd64}")
"$here/initramfs.sh" "$tree" "$vm/initramfs.gz"
"$here/hot.sh" "$vm/hot.img"
rm -rf "$vm/shared"
mkdir "$vm/shared"
results=$vm/results/$(basename "$tree")-$1.json
[ ! -e "$results" ] || cp "$results" "$vm/shared/results.json"
# Emulated, everything takes many times as long.
cat >"$vm/shared/command" <<COMMAND
cd '$here'
export BROOD_BUILD_DIR='$build' BROOD_MUST_WORK=1 BROOD_PATIENCE=20
exec /usr/bin/python3 -B suites.py $(printf "%q " "$@")
COMMAND

code=0
"$here/boot.sh" "$tree" "$vm/initramfs.gz" "$vm/hot.img" "$vm/shared" || code=$?
if [ -e "$vm/shared/results.json" ]; then
  cp "$vm/shared/results.json" "$results"
  /usr/bin/python3 -B "$here/table.py" "$results"
fi
exit "$code"
