"""Says whom the kernel would end first, and tries to be spared."""
import sys

print(sys.argv[1], flush=True)
PATH = "/proc/self/oom_score_adj"
try:
    with open(PATH, "w", encoding="ascii") as file:
        file.write("0")
except OSError as error:
    print("refused", error.errno, flush=True)
with open(PATH, encoding="ascii") as file:
    print("score", file.read().strip(), flush=True)
