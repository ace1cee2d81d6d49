# What most scripts do. Each page it writes to costs every parked worker time and memory, so it is
# small, and what only some scripts do is left to them.
import collections
import os
import re
import sys
import time


class Point:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"Point({self.x})"


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


table = {str(i): i * 1.5 for i in range(30)}
ordered = sorted(table.items(), key=lambda item: -item[1])[:3]
print(fib(10), Point(2), ordered, f"{3.14159:.2f}", time.time() > 0, sep=", ")
print(re.sub(r"(\w+)@(\w+)\.com", r"\2", "someone@example.com"), collections.Counter("abca"))
try:
    table["missing"]
except KeyError as error:
    print("caught", repr(error), os.path.join("a", "b"), file=sys.stderr)
if "json" in sys.modules:
    import json

    print(json.loads(json.dumps({"a": [1, 2.5, None, "text"]})))
if "numpy" in sys.modules:
    import numpy

    matrix = numpy.arange(16.0).reshape(4, 4)
    print((matrix @ matrix + 1).sum(), float(matrix.mean()))
