print(repr(input("prompt> ")))
print(repr(input()))
import sys

print(sys.stdin.readline().encode())
for line in sys.stdin:
    print(ascii(line))
print(repr(sys.stdin.read()))
input("no more: ")
