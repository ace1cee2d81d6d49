"""Says what is not as a fresh interpreter has it."""
import builtins
import json
import os
import random
import sys

os.write(1, sys.argv[1].encode() + b"\n")
wrong = [name for name, is_wrong in {
    "json": json.dumps([1]) != "[1]" or json.loads("[1]") != [1],
    "random": random.random() == 4,
    "environment": "POISONED" in os.environ,
    "path": "/tmp/poison" in sys.path,
    "modules": "hashlib" in sys.modules and sys.modules["hashlib"] is None,
    "builtins": hasattr(builtins, "POISONED"),
    "stdout": type(sys.stdout).__name__ != "TextIOWrapper",
    "print": type(print).__name__ != "builtin_function_or_method",
}.items() if is_wrong]
os.write(1, b"wrong: " + ",".join(wrong).encode() + b"\n")
