import io
import sys


class Loud:
    def __del__(self):
        print("printed to the real stream")


loud = Loud()
sys.stdout = io.StringIO()
print("swallowed")
