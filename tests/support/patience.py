"""How much longer than usual things may take: BROOD_PATIENCE, more than 1 on an emulated machine.

It only says when to give up waiting for what must come; no test measures time with it.
"""

import os


def is_needed():
    return seconds(1) > 1


def seconds(usual):
    return usual * float(os.environ.get("BROOD_PATIENCE", "1"))
