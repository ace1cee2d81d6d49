import importlib, sys, os, pkgutil
os.makedirs("pkg/sub"); open("pkg/__init__.py", "w").write("NAME = __name__\nfrom . import a\n")
open("pkg/a.py", "w").write("import sys\nX = 1\n"); open("pkg/sub/__init__.py", "w").write("from ..a import X as Y\n")
importlib.invalidate_caches(); import pkg, pkg.sub
print(pkg.NAME, pkg.a.X, pkg.sub.Y, [m.name for m in pkgutil.iter_modules(pkg.__path__)])
pkg.a.X = 2; importlib.reload(pkg.a); print(pkg.a.X, importlib.util.find_spec("nothing_here"))
try: import pkg.nothing
except ModuleNotFoundError as e: print(e)
print(sys.path[0], "site-packages" in "".join(sys.path) or "dist-packages" in "".join(sys.path), __file__)
