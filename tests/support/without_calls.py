"""Executes a command for which some system calls do not exist, as on a kernel without them.

    without_calls.py [--pretend] NUMBER[,NUMBER…] COMMAND [ARGUMENT…]

With --pretend they return 0 and do nothing.
"""

import ctypes
import os
import struct
import sys

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ENOSYS = 38
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("=HBBI", code, if_true, if_false, value)


def filter_program(numbers, errno_value):
    program = [instruction(LOAD, 0)]
    for number in numbers:
        program += [instruction(JUMP_IF_EQUAL, number, 0, 1), instruction(RETURN, ERRNO | errno_value)]
    return program + [instruction(RETURN, ALLOW)]


def install(program):
    """For this process and all that it becomes; it must not be able to gain privileges."""
    buffer = ctypes.create_string_buffer(b"".join(program))
    fprog = struct.pack("=H6xQ", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, MODE_FILTER, fprog, 0, 0) != 0:
        sys.exit(f"no filter: {os.strerror(ctypes.get_errno())}")


def main():
    arguments = sys.argv[1:]
    pretend = arguments[0] == "--pretend"
    numbers, *command = arguments[1:] if pretend else arguments
    program = filter_program([int(number) for number in numbers.split(",")],
                             0 if pretend else ENOSYS)
    install(program)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
