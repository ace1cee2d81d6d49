"""The features in which kernels differ and reports say so."""

import ctypes
import os

_CREATE_RULESET = 444
_ASK_VERSION = 1
_SHORTFALLS = ((3, "truncation"), (5, "ioctl on devices"), (6, "signals to processes outside"),
               (6, "abstract sockets outside"))


def landlock_version():
    version = ctypes.CDLL(None, use_errno=True).syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    return max(version, 0)


def layers_in_part():
    """Returns what every report names on an old kernel although no layer is missing altogether."""
    version = landlock_version()
    lacking = [what for since, what in _SHORTFALLS if version < since]
    if not version or not lacking:
        return []
    return [f"landlock: in part: ABI {version} does not restrict {', '.join(lacking)}"]


def is_cgroup2_alone():
    """Whether the controllers are in the one hierarchy of version 2."""
    path = "/sys/fs/cgroup/cgroup.controllers"
    if not os.path.exists(path):
        return False
    with open(path, encoding="ascii") as file:
        return {"memory", "pids", "cpu"} <= set(file.read().split())
