# The common part of a context's shells: how a cell is shown, how it fails, and the event loop in
# which it awaits. `emit(object, mime, data)` sends one form of one thing. Each shell adds `run_cell()`.
import json
import signal
import sys

ERROR_MIME = "application/vnd.brood.error+json"
ERROR_OBJECT = 0xFFFFFFFF
MOST_OF_VALUE = 16 << 10
MOST_OF_TRACEBACK = 256 << 10
send = emit
shows = False


def emit(number, mime, data):
    """A cell without rich results has only the text of what it shows."""
    if shows:
        send(number, mime, data)
    elif mime == "text/plain":
        print(data.decode("utf-8", "replace"))


def text_of(error):
    try:
        return str(error)
    except BaseException:
        return f"<{type(error).__name__} without a text>"


def tell_error(error, text):
    """Tells the error of the cell, of which standard error has had the text."""
    if len(text) > MOST_OF_TRACEBACK:
        text = "[...]\n" + text[-MOST_OF_TRACEBACK:]
    said = {
        "name": type(error).__name__,
        "value": text_of(error)[:MOST_OF_VALUE],
        "traceback": text.rstrip("\n").split("\n"),
    }
    send(ERROR_OBJECT, ERROR_MIME, json.dumps(said).encode("utf-8", "replace"))


def without_ours(traceback):
    """From its first frame that is not of this file, and up to the last one."""
    while traceback is not None and traceback.tb_frame.f_globals is globals():
        traceback = traceback.tb_next
    last = traceback
    while last is not None:
        if last.tb_next is not None and last.tb_next.tb_frame.f_globals is globals():
            last.tb_next = None
        last = last.tb_next
    return traceback


def end_cell(had_input):
    """All is written then, and the rest of its input is not the next cell's."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    try:
        while had_input and sys.__stdin__.read(65536):
            pass
    except Exception:
        pass


class EventLoop:
    """One for the whole context. Tasks go on whenever a cell awaits."""

    def __init__(self):
        self.loop = self.task = None
        self.interrupted = False

    def __str__(self):
        return "asyncio"

    def __call__(self, coroutine):
        import asyncio

        if self.loop is None or self.loop.is_closed():
            self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.interrupted = False
        self.task = self.loop.create_task(self.supervise(coroutine))
        handles = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if handles:
            signal.signal(signal.SIGINT, self.interrupt)
        try:
            return self.loop.run_until_complete(self.task)
        except KeyboardInterrupt:
            # Raised in another task. This one would otherwise go on in the next cell.
            if self.task.done():
                raise
            self.cancel()
            return self.loop.run_until_complete(self.task)
        finally:
            if handles and signal.getsignal(signal.SIGINT) == self.interrupt:
                signal.signal(signal.SIGINT, signal.default_int_handler)

    def cancel(self):
        self.interrupted = True
        self.task.cancel()

    def interrupt(self, number, frame):
        import asyncio

        if self.interrupted or asyncio.current_task(self.loop) is not None:
            raise KeyboardInterrupt
        self.loop.call_soon_threadsafe(self.cancel)

    async def supervise(self, coroutine):
        return await Steps(self, coroutine)


class Steps:
    """Goes through a coroutine, in which an interrupt is raised where it waits."""

    def __init__(self, owner, coroutine):
        self.owner = owner
        self.coroutine = coroutine

    def __await__(self):
        import asyncio

        error = None
        while True:
            try:
                if error is None:
                    awaited = self.coroutine.send(None)
                else:
                    thrown, error = error, None
                    awaited = self.coroutine.throw(thrown)
            except StopIteration as stop:
                return stop.value
            try:
                yield awaited
            except asyncio.CancelledError as cancelled:
                error = cancelled
                if self.owner.interrupted:
                    self.owner.interrupted = False
                    error = KeyboardInterrupt()
                    if hasattr(self.owner.task, "uncancel"):
                        self.owner.task.uncancel()
            except BaseException as other:
                error = other


event_loop = EventLoop()
