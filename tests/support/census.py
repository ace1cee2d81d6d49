"""The census: what the system holds of the kernel's things, to be compared before and after.

Taken when the system is at rest. A leak of any kind shows as a difference in one of the fields.
"""

import collections
import os
import re

import procs

CGROUP_MOUNT = "/sys/fs/cgroup"
OWN_PROGRAMS = ("broodd", "brood-gateway", "brood-recorder")


def cgroup_roots(parent):
    """The system's top cgroup in every hierarchy it is in (v1: one each; v2: one)."""
    try:
        with open("/proc/self/mounts", encoding="utf-8") as file:
            mounts = [line.split() for line in file]
    except OSError:
        return []
    tops = [fields[1] for fields in mounts if fields[2] in ("cgroup", "cgroup2")]
    found = {}
    for top in tops:
        for directory, names, _ in os.walk(top):
            if parent in names:
                found[os.path.join(directory, parent)] = True
            if directory.count("/") - top.count("/") >= 3:
                names.clear()
    return sorted(found)


def cgroup_directories(parent):
    return sorted(directory for root in cgroup_roots(parent)
                  for directory, _, _ in os.walk(root))


def owned_pids(serve_pid, uids, parent):
    """Descendants of the serve process, and whoever has one of its uids or sits in its cgroups."""
    owned = set(procs.descendants(serve_pid)) if serve_pid else set()
    for pid in procs.all_pids():
        if procs.uid(pid) in uids or f"/{parent}" in procs.read(pid, "cgroup"):
            owned.add(pid)
    return sorted(owned)


def net_namespaces(pids):
    """Distinct ones, alive through a process or only through an open descriptor.

    The slot builder keeps some without a process; it has a descriptor of each, which are counted. A
    new builder keeps as many anew, while slots of the old one still have theirs.
    """
    found = set()
    for pid in pids:
        found.add(procs.link(pid, "ns/net"))
        if procs.executable(pid) == "brood-zygote-none":
            continue
        found.update(target for target in procs.fd_links(pid).values()
                     if target.startswith("net:["))
    found.discard("")
    return found


def kind_of_descriptor(target):
    """Returns the name in a link of /proc/PID/fd without the parts that differ each time: numbers,
    and the random names of places of slots."""
    return re.sub(r"[0-9]+", "N", re.sub(r"/slots/[^/ ]+", "/slots/*", target))


def take(system):
    """The census of a running System."""
    pids = owned_pids(system.serve_pid, system.uids, system.cgroup_parent)
    census = {"processes": len(pids),
              "zombies": sum(procs.is_zombie(pid) for pid in pids),
              "net namespaces": len(net_namespaces(pids)),
              "mounts of the host": procs.mount_count("self"),
              "cgroups": len(cgroup_directories(system.cgroup_parent)),
              "files in the runtime directory": len(os.listdir(system.runtime_dir))}
    slots = os.path.join(system.runtime_dir, "slots")
    if os.path.isdir(slots):
        census["places of slots"] = len(os.listdir(slots))
    for pid in pids:
        name = procs.executable(pid)
        is_ours = name in OWN_PROGRAMS or (name.startswith("brood-zygote")
                                           and procs.inner_pid(pid) is None)
        if is_ours:
            kinds = census.setdefault(f"fds of {name}", collections.Counter())
            kinds.update(map(kind_of_descriptor, procs.fd_links(pid).values()))
            key = f"mounts of {name}"
            census[key] = census.get(key, 0) + procs.mount_count(pid)
    return census


def difference(before, after):
    """For people: only the fields that changed; of descriptors, which ones."""
    changes = {}
    for key in sorted(set(before) | set(after)):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        both_counted = isinstance(was, dict) and isinstance(now, dict)
        changes[key] = difference(was, now) if both_counted else (was, now)
    return changes
