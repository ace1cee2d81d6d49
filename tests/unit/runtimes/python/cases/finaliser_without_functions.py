import json
import sys
from collections import OrderedDict
from contextlib import ExitStack

stack = ExitStack()
stack.push(lambda *details: print("never called"))
generator = (print("closing") if i else 1 / 0 for i in [0, 1])
sys.last_value = generator
