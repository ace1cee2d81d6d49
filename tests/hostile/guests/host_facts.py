"""Reads what /proc tells of the host and no program needs; names what it has found something in."""
import os
import sys

print(sys.argv[1], flush=True)
FILES = ("cmdline", "config.gz", "diskstats", "interrupts", "keys", "locks", "partitions",
         "sys/kernel/random/boot_id", "kcore", "timer_list", "vmallocinfo", "slabinfo")
for name in FILES:
    try:
        with open("/proc/" + name, "rb") as file:
            if file.read(1):
                print("read", name, flush=True)
    except OSError:
        pass
for name in ("fs",):
    try:
        if os.listdir("/proc/" + name):
            print("listed", name, flush=True)
    except OSError:
        pass
