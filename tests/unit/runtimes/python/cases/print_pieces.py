import io
import sys


class Loud:
    def __str__(self):
        print("inner", end=" ")
        return "loud"


class Text(str):
    def __str__(self):
        return "own text"


class Bad:
    def __str__(self):
        raise ValueError("no text")


def tried(*things, **options):
    try:
        print(*things, **options)
    except Exception as error:
        print("|", type(error).__name__, error)


print()
print("a", 1, 2.5, None, True, [1], {}, b"x", Text("t"))
print("a", Loud(), 1, sep="-", end="!\n")
print(Loud(), Loud(), sep="", end="")
print("x", "y", sep=None, end=None, file=None, flush=False)
print(*range(100), sep="\n")
print("é", "中", "😀", "\udcff", flush=True)
print("long" * 10_000, "é" * 30_000)
tried("before", Bad(), "after")
tried("before", "\ud800", "after")
tried("before", 10 ** 5000)
tried("a", sep=1)
tried("a", end=b"")
tried("a", unknown=1)
tried("a", flush="yes")
tried("a", file=1)
print("to", "stderr", file=sys.stderr)
buffer = io.StringIO()
print("into", "a", "buffer", file=buffer)
print(repr(buffer.getvalue()))
write, pieces = sys.stdout.write, []
sys.stdout.write = pieces.append
print("a", 1)
del sys.stdout.write
print(pieces)
kept, sys.stdout = sys.stdout, buffer
print("redirected", 1)
sys.stdout = None
print("nowhere", 1)
sys.stdout = kept
print(repr(buffer.getvalue()))
sys.stdout.reconfigure(encoding="ascii", errors="strict")
tried("one", "é")
sys.stdout.reconfigure(encoding="utf-16-le")
print("wide", 1)
del sys.stdout
tried("gone")
