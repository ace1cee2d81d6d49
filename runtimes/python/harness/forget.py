# Undoes the traces of the dummy job.
import sys
import warnings

for name in ("last_exc", "last_type", "last_value", "last_traceback"):
    if hasattr(sys, name):
        delattr(sys, name)
if linecache := sys.modules.get("linecache"):
    linecache.clearcache()
warnings.onceregistry.clear()
