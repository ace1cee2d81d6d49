import inspect
import sys
import traceback

frame = sys._getframe()
print(frame.f_back, frame.f_code.co_name, frame.f_code.co_filename == __file__)
print(len(inspect.stack()), traceback.format_stack())
import atexit


def at_exit():
    print([(f.name, f.line) for f in traceback.extract_stack()])


class Loud:
    def __del__(self):
        print(sys._getframe().f_back)


atexit.register(at_exit)
loud = Loud()
