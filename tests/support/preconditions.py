"""The machine must have what these suites need.

An unmet need fails, it never skips: a suite that did not run must not look like one that passed.
"""

import os


def build_dir():
    path = os.environ.get("BROOD_BUILD_DIR")
    assert path, "set BROOD_BUILD_DIR to the CMake build directory (ctest does)"
    return os.path.abspath(path)


def binary(name):
    path = os.path.join(build_dir(), "bin", name)
    assert os.access(path, os.X_OK), f"{path} is not built"
    return path


def check():
    assert os.geteuid() == 0, "these suites build sandboxes with host uids: run them as root"
    for name in ("brood", "broodd", "brood-gateway"):
        binary(name)


def is_sanitized():
    """Whether the binaries carry a sanitizer, which does not live through want of memory."""
    with open(binary("broodd"), "rb") as file:
        content = file.read()
    return b"libasan.so" in content or b"libtsan.so" in content
