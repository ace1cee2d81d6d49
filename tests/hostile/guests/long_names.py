"""Makes argv[2] files with names of 255 bytes that nearly match many patterns."""
import sys

print(sys.argv[1], flush=True)
for number in range(int(sys.argv[2])):
    with open(f"{number:05d}".rjust(255, "a"), "w"):
        pass
print("made", sys.argv[2], flush=True)
