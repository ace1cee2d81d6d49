"""Tries to create a file in every directory below the roots argv[3:], leaving out those that are
meant to be written to (argv[2], separated by colons); prints where it could."""
import os
import sys

print(sys.argv[1], flush=True)
meant = sys.argv[2].split(":")
for root in sys.argv[3:]:
    for directory, names, _ in os.walk(root):
        names[:] = [n for n in names if os.path.join(directory, n) not in meant]
        try:
            with open(os.path.join(directory, "hostile-file"), "w") as file:
                file.write("was here")
            print("wrote", directory, flush=True)
            names.clear()
        except OSError:
            pass
