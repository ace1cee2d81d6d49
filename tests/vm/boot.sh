#!/usr/bin/env bash
# Boots a guest on this machine's file system: boot.sh KERNEL_TREE INITRAMFS HOT_IMAGE SHARED_DIRECTORY
# SHARED_DIRECTORY/command is run in it by sh(1); the console comes out here. Exits as the command
# did, or with 125 if the guest ended without saying how. The guest sees the host's files as they
# are and changes none of them but those in the shared directory.
set -euo pipefail
tree=$1
initramfs=$2
hot=$3
shared=$4
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cp "$here/guest.sh" "$shared/guest.sh"
rm -f "$shared/exit-code"

# A mount namespace of qemu's own, in which the root and the project are without what is mounted in
# them here: /proc, /sys, other people's file systems.
export tree initramfs hot shared project
export memory=${BROOD_VM_MEMORY:-6G} accelerator=tcg,thread=multi
# A /dev/kvm on a CPU without virtualization runs only kernels that are made for it, at best.
if [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then accelerator=kvm; fi
timeout --foreground "${BROOD_VM_SECONDS:-3600}" unshare --mount --propagation private bash -c '
  set -euo pipefail
  view=$(mktemp -d)
  trap "umount -R $view; rmdir $view" EXIT
  mount --bind / "$view"
  if [ "$(stat -c %d "$project")" != "$(stat -c %d /)" ]; then mount --bind "$project" "$view$project"; fi
  qemu-system-x86_64 -M q35 -accel "$accelerator" -cpu max -smp "$(nproc)" -m "$memory" \
    -nodefaults -no-user-config -display none -serial stdio -no-reboot \
    -kernel "$tree"/boot/vmlinuz-* -initrd "$initramfs" \
    -append "console=ttyS0 quiet panic=-1 random.trust_cpu=1 mitigations=off" \
    -drive "file=$hot,if=virtio,format=raw,readonly=on" \
    -virtfs "local,path=$view,mount_tag=host,security_model=none,readonly=on,multidevs=remap" \
    -virtfs "local,path=$shared,mount_tag=out,security_model=none" </dev/null' || true
[ -s "$shared/exit-code" ] || { echo "vm: the guest did not end as it should" >&2; exit 125; }
exit "$(cat "$shared/exit-code")"
