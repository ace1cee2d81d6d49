"""Calls into parts of the kernel in which holes are found; says which of them answered."""
import ctypes
import errno
import sys

print(sys.argv[1], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(256)
CALLS = {"io_uring": (425, 1, buffer), "userfaultfd": (323, 1), "bpf": (321, 0, buffer, 72),
         "perf_event_open": (298, buffer, 0, -1, -1, 0),
         "add_key": (248, b"user", b"hostile", b"x", 1, -2), "keyctl": (250, 0, -2, 0),
         "kcmp": (312, 1, 1, 0, 0, 0), "process_vm_readv": (310, 1, buffer, 0, buffer, 0, 0),
         "pidfd_getfd": (438, 0, 0, 0), "name_to_handle_at": (303, -100, b"/", buffer, buffer, 0),
         "move_mount": (429, -1, b"", -1, b"", 0), "fsopen": (430, b"tmpfs", 0)}
for name, (number, *arguments) in CALLS.items():
    if libc.syscall(number, *arguments) >= 0 or \
            ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
        print("answered", name, flush=True)
