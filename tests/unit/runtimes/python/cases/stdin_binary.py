import sys

print(sys.stdin.buffer.read(4), sys.stdin.buffer.readline(), sys.stdin.buffer.read())
print(sys.stdin.seekable(), sys.stdin.isatty(), sys.stdin.readable(), sys.stdin.writable())
