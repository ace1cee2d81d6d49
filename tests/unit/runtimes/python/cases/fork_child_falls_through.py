import atexit
import os
import sys

atexit.register(lambda: print("at exit in", "child" if pid == 0 else "parent"))
pid = os.fork()
if pid:
    print(os.waitpid(pid, 0)[1] >> 8)
else:
    print("child falls through to the end")
    sys.exit(5)
