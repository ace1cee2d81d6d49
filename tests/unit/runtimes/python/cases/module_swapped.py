"""As many modules at the end as at the start, and yet one of them is the script's own."""
import pathlib
import sys

pathlib.Path("helper.py").write_text('''
class Guard:
    def __del__(self):
        print("guard of the helper is gone")

guard = Guard()
''')
# Whichever it is, another one stands in its place afterwards.
del sys.modules[list(sys.modules)[-1]]
import helper
print(len(helper.__name__))
