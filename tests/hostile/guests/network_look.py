"""Says which of the kernel's figures of its network are not those of a new one."""
import os
import sys

os.write(1, sys.argv[1].encode() + b"\n")


def lines(name):
    try:
        with open(f"/proc/self/net/{name}", encoding="ascii") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


found = []
if any(int(word) for line in lines("dev")[2:] for word in line.split()[1:]):
    found.append("packets")
for name in ("tcp", "tcp6", "udp", "udp6"):
    if lines(name)[1:]:
        found.append(f"a socket in {name}")
if lines("ip6_flowlabel")[1:]:
    found.append("a flow label")
heads = lines("snmp")[::2]
for head, values in zip(heads, lines("snmp")[1::2]):
    for key, value in zip(head.split()[1:], values.split()[1:]):
        if key.startswith(("In", "Out", "Active", "Passive")) and int(value):
            found.append(f"{head.split()[0]}{key}")
os.write(1, "".join(f"found {thing}\n" for thing in found).encode())
