import sys

names = list(globals())
print(names)
print({name: globals()[name] for name in names if name not in ("__loader__", "sys", "names")}.keys())
print(__name__, __doc__, __package__, __spec__, __annotations__, __cached__)
print(type(__loader__), __loader__.name, __loader__.path == __file__, __builtins__)
print(sys.modules["__main__"].__dict__ is globals(), sys.modules["__main__"])
annotated: int = 3
print(__annotations__)
