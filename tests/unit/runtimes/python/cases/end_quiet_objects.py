import collections
import functools
import re


class Point:
    def __init__(self, x):
        self.x = x


class Pair(collections.namedtuple("Pair", "left right")):
    pass


def counter():
    total = 0

    def add(n):
        nonlocal total
        total += n
        return total

    return add


points = [Point(i) for i in range(20)]
table = {Pair(i, -i): collections.deque([i]) for i in range(5)}
add = counter()
match = re.match("(a+)b", "aaab")
try:
    {}[1]
except KeyError as error:
    kept = error
print(add(3), match.group(1), repr(kept), sorted(table)[0].left, points[3].x)
