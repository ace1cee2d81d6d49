"""Creates argv[3] empty files in the directory argv[2]; says how many it got."""
import os
import sys

print(sys.argv[1], flush=True)
made, reason = 0, "none"
try:
    for number in range(int(sys.argv[3])):
        os.close(os.open(f"{os.path.expandvars(sys.argv[2])}/f{number}", os.O_CREAT | os.O_WRONLY))
        made += 1
except OSError as error:
    reason = os.strerror(error.errno)
print("made", made, reason, flush=True)
