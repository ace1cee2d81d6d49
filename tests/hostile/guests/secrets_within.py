"""Looks for argv[2], which comes reversed so as not to be found in itself, wherever an interpreter
keeps things."""
import gc
import os
import sys

print(sys.argv[1], flush=True)
needle = sys.argv[2][::-1]
places = {"environment": str(dict(os.environ))}
for name in ("environ", "cmdline", "mountinfo", "cgroup"):
    for pid in ("self", "1"):
        try:
            with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as file:
                places[f"{pid}/{name}"] = file.read()
        except OSError:
            pass
frame = sys._getframe()
while frame is not None:
    places[f"frame {frame.f_code.co_name}"] = repr({**frame.f_globals, **frame.f_locals}
                                                   if frame is not sys._getframe() else {})
    frame = frame.f_back
places["objects"] = "".join(text for text in gc.get_objects() if isinstance(text, str))
for place, content in places.items():
    if needle in content:
        print("found in", place, flush=True)
