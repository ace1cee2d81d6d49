"""Tries to put a link to argv[3] in the place of its working directory argv[2]."""
import os
import sys

print(sys.argv[1], flush=True)
here, target = os.path.realpath(sys.argv[2]), sys.argv[3]
with open(os.path.join(here, "file"), "w") as file:
    file.write("honest")
os.chdir("/")
try:
    os.rename(here, here + "-old")
    os.symlink(target, here)
    print("replaced", flush=True)
except OSError as error:
    print(error.strerror, flush=True)
