"""Breaks as much of the interpreter as it can, for whoever comes next in the same process."""
import atexit
import builtins
import json
import os
import random
import sys

print(sys.argv[1], flush=True)
json.dumps = json.loads = lambda *_, **__: "poisoned"
random.random = lambda: 4
os.environ["POISONED"] = "1"
sys.path.insert(0, "/tmp/poison")
sys.modules["hashlib"] = None
builtins.POISONED = True
atexit.register(print, "poison at exit", flush=True)
for place in ("/workspace", "/tmp", os.path.expanduser("~")):
    for name in ("sitecustomize.py", "usercustomize.py", "json.py", ".pythonrc"):
        try:
            with open(os.path.join(place, name), "w") as file:
                file.write("print('poisoned')")
        except OSError:
            pass


class Liar:
    def __getattr__(self, name):
        return lambda *_, **__: 0


sys.stdout = sys.stderr = Liar()
builtins.print = lambda *_, **__: None
