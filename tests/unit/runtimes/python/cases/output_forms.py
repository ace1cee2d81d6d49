import os
import sys

print("no newline", end="")
sys.stdout.write("|written|")
sys.stdout.buffer.write(b"binary \xff\xfe|")
os.write(1, b"raw|")
print("stderr", file=sys.stderr, end="|")
sys.stdout.writelines(["a", "b"])
print("unicode: é 中 😀 \udcff", flush=True)
print("lone surrogate to stderr: \ud800", file=sys.stderr)
print("lone surrogate: \ud800")
