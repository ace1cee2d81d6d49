# The shell of a context where IPython is not installed: what `python3 -i` does, with the value of a
# cell's last expression, `await` wherever it stands and figures. Comes after cell_shell.py, rich.py
# and notebook.py in one namespace.
import builtins
import inspect
import linecache
import sys
import traceback


def name_of(number):
    return f"<cell {number}>"


def remember(name, source):
    """For tracebacks, `inspect` and `pdb`. Without a time such lines are not looked for on disk."""
    lines = source.decode("utf-8", "replace").splitlines(True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    linecache.cache[name] = (len(source), None, lines, name)


def execute(code):
    value = eval(code, variables)
    return event_loop(value) if code.co_flags & inspect.CO_COROUTINE else value


def show_last(value):
    if value is None:
        return
    if sys.displayhook is not sys.__displayhook__:
        return sys.displayhook(value)
    builtins._ = value
    if shows:
        show_value(value)
    else:
        print(repr(value))


def fail(error):
    trace = without_ours(error.__traceback__)
    error = error.with_traceback(trace)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    sys.last_exc = error
    if trace is None or isinstance(error, SystemExit):
        lines = traceback.format_exception_only(type(error), error)
    else:
        lines = traceback.format_exception(type(error), error, trace)
    text = "".join(lines)
    if sys.excepthook is sys.__excepthook__ or isinstance(error, SystemExit):
        sys.stderr.write(text)
    else:
        sys.excepthook(type(error), error, trace)
    tell_error(error, text)


def run_cell(source, number, is_rich):
    global shows
    shows = is_rich
    name = name_of(number)
    remember(name, source)
    try:
        code, last = compile_program(source, name)
        execute(code)
        if last is not None:
            show_last(execute(last))
    except BaseException as error:
        fail(error)
        return False
    finally:
        if shows:
            show_figures()
    return True


def rehearse():
    pass


def enter():
    pass
