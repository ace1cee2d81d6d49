import atexit
import sys

atexit.register(print, "first registered")


@atexit.register
def fails():
    print("about to fail")
    raise ValueError("in atexit")


@atexit.register
def late():
    print("last registered", "__file__" in globals(), sys.exc_info())


atexit.register(sys.exit, 3)
print("main done")
