import traceback
class Mine(Exception): pass
def f():
    try: 1 / 0
    except ZeroDivisionError as e: raise Mine("wrapped") from e
try: f()
except Mine as e: print(repr(e.__cause__), e.__traceback__ is not None); print(traceback.format_exc().splitlines()[-1])
def order():
    try: return "try"
    finally: print("finally")
print(order())
try: raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
except* ValueError as g: print("values", g.exceptions)
except* TypeError as g: print("types", g.exceptions)
try: [][1]
except IndexError as e: e.add_note("a note"); print(e.__notes__)
