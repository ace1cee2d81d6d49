import gc
import sys


class Cycle:
    def __init__(self):
        self.me = self

    def __del__(self):
        raise ValueError("from the collector")


def hook(details):
    print("unraisable", details.exc_type.__name__, details.object is not None)


sys.unraisablehook = hook
Cycle()
print(gc.collect() > 0, gc.isenabled(), gc.get_threshold(), gc.garbage)
