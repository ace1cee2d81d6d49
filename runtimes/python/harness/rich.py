# Collects what a job shows besides its output. `emit(object, mime, data)` sends one form of one
# thing; the functions left behind are called from C++. Runs only in jobs that ask for it.
import base64
import builtins
import io
import json
import os
import sys

METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_latex_", "text/latex"),
    ("_repr_pdf_", "application/pdf"),
    ("_repr_javascript_", "application/javascript"),
    ("_repr_json_", "application/json"),
)
BINARY = ("application/pdf",)
PYPLOT = "matplotlib.pyplot"
shown = 0


def report(error):
    """As an uncaught error is, from the first frame that is not ours."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_globals is globals():
        traceback = traceback.tb_next
    sys.excepthook(type(error), error.with_traceback(traceback), traceback)


def can(thing, method):
    return not isinstance(thing, type) and getattr(type(thing), method, None) is not None


def call(method, arguments):
    """With the arguments that notebooks give it, or with none where it does not take these."""
    try:
        return method(**arguments)
    except TypeError as error:
        # One from within is of another kind.
        if not arguments or error.__traceback__.tb_next is not None:
            raise
    return method()


def ask(thing, method, **arguments):
    """Returns the thing's own form, without the metadata that may come with it."""
    if not can(thing, method):
        return None
    try:
        answer = call(getattr(thing, method), arguments)
    except Exception as error:
        report(error)
        return None
    return answer[0] if isinstance(answer, tuple) and answer else answer


def as_bytes(mime, value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if not isinstance(value, str):
        return json.dumps(value).encode()
    if mime in BINARY or mime.startswith("image/") and mime != "image/svg+xml":
        return base64.b64decode(value)
    return value.encode("utf-8", "replace")


def is_figure(thing):
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(thing, figure.Figure)


def picture_of(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return buffer.getvalue()


def forms_of(thing, include, exclude):
    forms = dict(ask(thing, "_repr_mimebundle_", include=include, exclude=exclude) or {})
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


def show_one(thing, include=None, exclude=None, raw=False):
    global shown
    try:
        if not raw and can(thing, "_ipython_display_"):
            return thing._ipython_display_()
        found = dict(thing) if raw else forms_of(thing, include, exclude)
        forms = [(mime, as_bytes(mime, value)) for mime, value in found.items()
                 if value is not None and not (include and mime not in include)
                 and not (exclude and mime in exclude)]
    except Exception as error:
        return report(error)
    for mime, data in forms:
        emit(shown, str(mime), data)
    shown += 1


class DisplayHandle:
    """display() returns this for a display_id; an update is one more result."""

    def __init__(self, display_id=None):
        self.display_id = display_id or os.urandom(16).hex()

    def __repr__(self):
        return f"<DisplayHandle display_id={self.display_id}>"

    def display(self, thing, **options):
        display(thing, display_id=self.display_id, **options)

    update = display


def display(*things, include=None, exclude=None, metadata=None, transient=None, display_id=None,
            raw=False, clear=False, **ignored):
    """Shows each of them in all the forms it has; or they are dicts of forms by type, if `raw`."""
    for thing in things:
        show_one(thing, include, exclude, raw)
    if display_id is not None and display_id is not False:
        return DisplayHandle(None if display_id is True else display_id)


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
