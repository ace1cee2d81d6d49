"""Executes a command that can make no namespace, as in a hardened container.

    without_namespaces.py COMMAND [ARGUMENT…]

unshare and setns answer EPERM, clone with a flag of a namespace likewise, and clone3, whose flags a
filter cannot see, ENOSYS.
"""

import os
import sys

from without_calls import ALLOW, ERRNO, JUMP_IF_EQUAL, LOAD, RETURN, install, instruction

CLONE, UNSHARE, SETNS, CLONE3 = 56, 272, 308, 435
EPERM, ENOSYS = 1, 38
JUMP_IF_ANY = 0x45
FIRST_ARGUMENT = 16
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
NAMESPACES = 0x7E020000

PROGRAM = [
    instruction(LOAD, 0),
    instruction(JUMP_IF_EQUAL, UNSHARE, 6, 0),
    instruction(JUMP_IF_EQUAL, SETNS, 5, 0),
    instruction(JUMP_IF_EQUAL, CLONE3, 5, 0),
    instruction(JUMP_IF_EQUAL, CLONE, 0, 2),
    instruction(LOAD, FIRST_ARGUMENT),
    instruction(JUMP_IF_ANY, NAMESPACES, 1, 0),
    instruction(RETURN, ALLOW),
    instruction(RETURN, ERRNO | EPERM),
    instruction(RETURN, ERRNO | ENOSYS),
]


def main():
    install(PROGRAM)
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
