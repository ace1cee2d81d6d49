# A script that does what nearly every script does. Each page it writes to costs every parked worker
# time and memory, so it is small, and does not use what only some scripts use: `re`, `json` and
# `numpy` here doubled what a worker costs. A name that a loaded module uses as well is where that
# module was loaded, so there are few of them: "caught" without a colon would be a name.
import sys


class Point:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"Point({self.x})"


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


table = {str(i): i * 1.5 for i in range(30)}
largest3 = sorted(table.items(), key=lambda item: -item[1])[:3]
print(fib(10), Point(2), largest3, f"{3.14159:.2f}", sep=", ")
try:
    table["missing"]
except KeyError as error:
    print("caught:", repr(error), file=sys.stderr)
