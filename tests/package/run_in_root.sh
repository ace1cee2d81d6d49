#!/bin/sh
# Serves and runs one job in the root file system $1, as a machine that was booted from it would.
# Called in a mount and a PID namespace of its own: all of it is gone when this ends.
set -eu
cd "$1"
mount --bind . .
cd "$1"  # The mount, not what it covers.
mount -t proc proc proc
mount -t tmpfs tmpfs run
mount --rbind /dev dev
mount --rbind /sys sys
mkdir -p old
# A chroot will not do: the kernel makes no user namespaces in one (unshare(2), EPERM).
pivot_root . old
umount -l /old
cat >/tmp/job.py <<'JOB'
print(6 * 7)
JOB
mkfifo /tmp/said
brood serve --gateway-port 0 --sandbox-cgroup-parent "brood-package-$(cat /proc/sys/kernel/random/uuid)" \
  >/tmp/said 2>&1 &
serve=$!
exec 3</tmp/said
# It says so itself once its pools are full.
while read -r line <&3; do
  echo "$line" >&2
  case "$line" in "ready after"*) break ;; esac
done
cat <&3 >&2 &
brood run --json /tmp/job.py
kill -TERM "$serve"
wait "$serve"
