import sys


def hook(kind, value, traceback):
    print("hook", kind.__name__, value, traceback.tb_lineno, traceback.tb_next is None)
    print(sys.last_value is value)


sys.excepthook = hook
raise ValueError("to the hook")
