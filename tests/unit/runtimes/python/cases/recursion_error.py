import sys

depth = 0


def dive():
    global depth
    depth += 1
    dive()


print(sys.getrecursionlimit())
try:
    dive()
except RecursionError:
    print(depth)
dive()
