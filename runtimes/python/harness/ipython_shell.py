# The shell of a context where IPython is installed. Comes after cell_shell.py and rich.py in one
# namespace, with the context's `module`. Writes nothing to disk, starts no thread: it is made in the
# zygote if IPython has been loaded there.
import linecache
import os
import subprocess
import sys
from pathlib import Path

from IPython.core import interactiveshell
from IPython.core.application import ProfileDir
from IPython.core.autocall import ExitAutocall
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from traitlets import Type, default, observe
from traitlets.config import Config


class NoProfileDir(ProfileDir):
    @observe("location")
    def _location_changed(self, change):
        """Would make folders."""


class Database(dict):
    """For what IPython keeps between runs, of which there is one."""

    def __init__(self, root=None):
        super().__init__()

    def keys(self, pattern=None):
        import fnmatch

        names = list(super().keys())
        return names if pattern is None else fnmatch.filter(names, pattern)


class Exit(ExitAutocall):
    """Ends the cell: the context is the session's to end."""

    def __call__(self, code=None, *ignored):
        raise SystemExit(code)


class CellPublisher(DisplayPublisher):
    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **ignored):
        show_one(data, raw=True)

    def clear_output(self, wait=False):
        """Results that have been sent cannot be taken back."""


class CellDisplayHook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        show_one(format_dict, raw=True)

    def finish_displayhook(self):
        pass


class SessionShell(interactiveshell.InteractiveShell):
    display_pub_class = Type(CellPublisher)
    displayhook_class = Type(CellDisplayHook)
    shown_traceback = ""

    @default("exiter")
    def _exiter_default(self):
        return Exit(self)

    def init_ipython_dir(self, ipython_dir):
        pass

    def init_profile_dir(self, profile_dir):
        self.profile_dir = NoProfileDir(location="/tmp/ipython")

    def enable_gui(self, gui=None):
        pass

    def ask_exit(self):
        raise SystemExit

    def showtraceback(self, *arguments, **options):
        without_ours(sys.exc_info()[2])
        super().showtraceback(*arguments, **options)

    def _showtraceback(self, etype, evalue, stb):
        self.shown_traceback = self.InteractiveTB.stb2text(stb) + "\n"
        sys.stderr.write(self.shown_traceback)

    def system(self, cmd):
        """The command has the cell's own descriptors, not a terminal as in IPython."""
        with subprocess.Popen(self.var_expand(cmd, depth=1), shell=True, executable="/bin/bash"
                              if os.path.exists("/bin/bash") else None) as process:
            try:
                code = process.wait()
            except BaseException:
                process.kill()
                raise
        self.user_ns["_exit_code"] = code

    system_piped = system_raw = system


def picture_shown_once(figure):
    picture = picture_of(figure)
    if pyplot := sys.modules.get(PYPLOT):
        pyplot.close(figure)
    return picture


def warn_of_others(message, *arguments, **options):
    # A cell that exits has no key to press.
    if not str(message).startswith("To exit:"):
        original_warn(message, *arguments, **options)


def configuration():
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.autoindent = False
    config.Completer.use_jedi = False
    return config


original_warn = interactiveshell.warn
original_database = interactiveshell.PickleShareDB
interactiveshell.warn = warn_of_others
interactiveshell.PickleShareDB = Database
try:
    shell = SessionShell.instance(config=configuration(), user_module=module)
finally:
    interactiveshell.PickleShareDB = original_database
shell.loop_runner = event_loop
shell.display_formatter.formatters["image/png"].for_type_by_name(
    "matplotlib.figure", "Figure", picture_shown_once)


def run_cell(source, number, is_rich):
    global shows
    shows = is_rich
    shell.shown_traceback = ""
    try:
        result = shell.run_cell(source.decode("utf-8", "replace"), store_history=True)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as caught:
        # An interrupt between the cell's code and here.
        error = caught
    if shows:
        show_figures()
    if error is None:
        return True
    text = shell.shown_traceback
    if not text:
        text = f"{type(error).__name__}: {text_of(error)}\n"
    tell_error(error, text)
    return False


def forget_history(history):
    del history.input_hist_parsed[1:], history.input_hist_raw[1:]
    history._i = history._ii = history._iii = history._i00 = ""
    for kept in ("db_input_cache", "db_output_cache", "output_hist_reprs"):
        getattr(history, kept).clear()


def rehearse(cells=("1+1",)):
    """Goes through cells, of which nothing stays: code is specialised, and memory written to."""
    import io

    variables, lines = dict(shell.user_ns), dict(linecache.cache)
    kept = dict(linecache._ipython_cache)
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    try:
        for cell in cells:
            run_cell(cell.encode(), 1, True)
    finally:
        sys.stdout, sys.stderr = out, err
    shell.user_ns.clear()
    shell.user_ns.update(variables)
    shell.user_ns["_oh"].clear()
    hook = shell.displayhook
    hook._ = hook.__ = hook.___ = ""
    shell.last_execution_result = None
    shell.execution_count = 1
    forget_history(shell.history_manager)
    linecache.cache.clear()
    linecache.cache.update(lines)
    linecache._ipython_cache.clear()
    linecache._ipython_cache.update(kept)
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)


def enter():
    """In the worker."""
    shell.history_manager.dir_hist[:] = [Path.cwd()]
    shell.starting_dir = os.getcwd()
