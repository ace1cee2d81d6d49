#!/bin/sh
# PID 1 of a guest: the host's root, read-only, below a tmpfs that takes what is written; then
# guest.sh in it. What was to be run is in the shared directory "out", and so is how it ended.
PATH=/bin
export PATH
# shellcheck disable=SC2218  # The function mount() is defined below.
busybox mount -t proc proc /proc
# shellcheck disable=SC2218
busybox mount -t devtmpfs devtmpfs /dev
for module in /modules/*; do
  busybox insmod "$module" || echo "vm: cannot load $module"
done
mount() { busybox mount "$@" || { echo "vm: cannot mount: $*"; busybox poweroff -f; }; }

share=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "ro,cache=loose,$share" host /lower
mount -t ext4 -o ro /dev/vda /hot
mount -t tmpfs -o mode=755,size=80% upper /upper
busybox mkdir /upper/changes /upper/work
mount -t overlay -o lowerdir=/hot:/lower,upperdir=/upper/changes,workdir=/upper/work overlay /root

for fresh in proc sys dev run; do busybox mkdir -p /root/$fresh; done
mount -t proc proc /root/proc
mount -t sysfs sysfs /root/sys
mount -t devtmpfs devtmpfs /root/dev
busybox mkdir -p /root/dev/pts /root/dev/shm
mount -t devpts -o ptmxmode=666 devpts /root/dev/pts
mount -t tmpfs -o mode=1777 shm /root/dev/shm
mount -t tmpfs -o mode=1777 tmp /root/tmp
mount -t tmpfs -o mode=755 run /root/run
busybox mkdir /root/run/vm
mount -t 9p -o "rw,cache=none,$share" out /root/run/vm
mount -t cgroup2 cgroup2 /root/sys/fs/cgroup
busybox ifconfig lo up
busybox hostname vm
exec busybox switch_root /root /bin/sh /run/vm/guest.sh
