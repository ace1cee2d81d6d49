import sys

sys.excepthook = lambda *details: sys.exit(9)
raise ValueError("original")
