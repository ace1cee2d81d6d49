"""Opens for writing what changes the kernel for everybody; says what it could open."""
import glob
import sys

print(sys.argv[1], flush=True)
PLACES = ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/kernel/modprobe",
          "/proc/sys/vm/overcommit_memory", "/sys/kernel/uevent_helper",
          *glob.glob("/sys/fs/cgroup/*/release_agent"), *glob.glob("/sys/fs/cgroup/**/notify_on_release")]
for place in PLACES:
    try:
        open(place, "r+b", buffering=0).close()
        print("opened", place, flush=True)
    except OSError:
        pass
