# What a job shows besides its output. `emit(object, mime, data)` sends one form of one thing; the
# functions left behind are called from C++. Runs only in jobs that ask for it.
import base64
import builtins
import io
import json
import sys

METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_latex_", "text/latex"),
    ("_repr_json_", "application/json"),
)
PYPLOT = "matplotlib.pyplot"
shown = 0


def report(error):
    """As an uncaught error is, from the first frame that is not ours."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_globals is globals():
        traceback = traceback.tb_next
    sys.excepthook(type(error), error.with_traceback(traceback), traceback)


def ask(thing, method):
    """What the thing says of itself, without the metadata that may come with it."""
    if isinstance(thing, type) or getattr(type(thing), method, None) is None:
        return None
    try:
        answer = getattr(thing, method)()
    except Exception as error:
        report(error)
        return None
    return answer[0] if isinstance(answer, tuple) and answer else answer


def as_bytes(mime, value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if not isinstance(value, str):
        return json.dumps(value).encode()
    if mime.startswith("image/") and mime != "image/svg+xml":
        return base64.b64decode(value)
    return value.encode("utf-8", "replace")


def is_figure(thing):
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(thing, figure.Figure)


def picture_of(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return buffer.getvalue()


def forms_of(thing):
    forms = dict(ask(thing, "_repr_mimebundle_") or {})
    for method, mime in METHODS:
        if mime not in forms and (answer := ask(thing, method)) is not None:
            forms[mime] = answer
    if is_figure(thing):
        forms["image/png"] = picture_of(thing)
        # Shown once.
        if pyplot := sys.modules.get(PYPLOT):
            pyplot.close(thing)
    if type(thing) in (dict, list) and "application/json" not in forms:
        try:
            forms["application/json"] = json.dumps(thing, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError):
            pass  # Not every dict is JSON.
    if "text/plain" not in forms:
        forms["text/plain"] = repr(thing)
    return forms


def show_one(thing):
    global shown
    try:
        forms = [(mime, as_bytes(mime, value)) for mime, value in forms_of(thing).items()
                 if value is not None]
    except Exception as error:
        return report(error)
    for mime, data in forms:
        emit(shown, str(mime), data)
    shown += 1


def display(*things):
    """Shows each of them in all the forms it has."""
    for thing in things:
        show_one(thing)


def show_value(value):
    if value is not None:
        show_one(value)


def show_figures():
    """Those of pyplot that are open; afterwards none is."""
    global shown
    pyplot = sys.modules.get(PYPLOT)
    if pyplot is None or not hasattr(pyplot, "get_fignums"):
        return
    try:
        for number in pyplot.get_fignums():
            emit(shown, "image/png", picture_of(pyplot.figure(number)))
            shown += 1
        pyplot.close("all")
    except Exception as error:
        report(error)


def show(*ignored, **also_ignored):
    show_figures()


class PyplotFinder:
    """Gives pyplot its show() when the job imports it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != PYPLOT:
            return None
        import importlib.util

        sys.meta_path.remove(PyplotFinder)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                module.show = show

            spec.loader.exec_module = exec_module
        return spec


if pyplot := sys.modules.get(PYPLOT):
    pyplot.show = show
else:
    sys.meta_path.insert(0, PyplotFinder)
builtins.display = display
