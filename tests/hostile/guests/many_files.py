"""Makes argv[2] empty files in one folder, and waits."""
import os
import select
import sys

print(sys.argv[1], flush=True)
os.mkdir("many")
for number in range(int(sys.argv[2])):
    os.close(os.open(f"many/{number}", os.O_CREAT | os.O_WRONLY))
print("made", sys.argv[2], flush=True)
select.select([], [], [])
