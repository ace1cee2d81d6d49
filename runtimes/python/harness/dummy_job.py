# The dummy job: a good deal of what scripts do. Prints go nowhere. Ends in an uncaught exception on
# purpose: most failing jobs do.
import collections
import functools
import gc  # noqa: F401 - what a job imports, the dummy job has imported
import itertools
import math
import os
import random
import re
import sys
import time

print("dummy", 1, 2.5, None, True, sep=", ")
print(f"{math.pi:.3f} {'text':>10} {12345:,} {[1, 2]!r}", file=sys.stderr)


class Point:
    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


class Account:
    def __init__(self, owner):
        self.owner = owner
        self.entries = []

    @property
    def balance(self):
        return sum(self.entries)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return False


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def numbers(limit):
    for i in range(limit):
        yield i


def counter():
    total = 0

    def add(n):
        nonlocal total
        total += n
        return total

    return add


with Account("a") as account:
    account.entries += [i * i for i in numbers(50) if i % 2]
    assert account.balance > 0
add = counter()
table = {str(i): add(i) for i in range(300)}
words = collections.Counter("the quick brown fox jumps over the lazy dog".split())
ordered = sorted(table.items(), key=lambda item: -item[1])[:5]
pairs = list(zip(itertools.count(), "abc", {1, 2, 3}, (4.0, 5.0, 6.0)))
print(fib(40), deep(200), words.most_common(2), ordered, Point(1) + Point(2, 3))
print(" ".join(f"{word}={count}" for word, count in words.items()).upper().replace("=", ":"))
print(re.sub(r"(\w+)@(\w+)\.com", r"\2", "someone@example.com"), 2**200 % 97, 7 // 2, 7 / 2)
grid = [[random.random() for _ in range(8)] for _ in range(8)]
text = "\n".join(str(row) for row in grid).encode().decode()
print(os.path.join(os.getcwd(), "file"), len(text), time.time() > 0, bytes(16), bytearray(4))
try:
    {}["missing"]
except KeyError as error:
    print("caught", repr(error))
finally:
    del grid, text

if "json" in sys.modules:
    import json

    print(json.loads(json.dumps({"a": [1, 2.5, None, "é"], "b": table}, indent=1))["a"])
if "datetime" in sys.modules:
    import datetime

    print(datetime.datetime(2020, 1, 1, 12, 0) + datetime.timedelta(days=1))
if "numpy" in sys.modules:
    import numpy

    matrix = numpy.arange(16.0).reshape(4, 4)
    print((matrix @ matrix + 1).sum(), float(matrix.mean()))

def fail():
    raise ValueError("dummy")


try:
    fail()
except ValueError as error:
    raise RuntimeError("dummy") from error
