# Opens sys.stdin, sys.stdout and sys.stderr as the interpreter itself would for `python3 -u`
# under C.UTF-8, over the three descriptors in `fds`. The zygote's own were made for other files.
import _io
import sys


def open_stream(fd, name, mode, errors):
    writes = mode == "w"
    # -u: what is written is out before the call returns, so that a killed job loses nothing.
    binary = _io.open(fd, mode + "b", 0 if writes else -1, closefd=False)
    raw = binary if writes else binary.raw
    raw.name = name
    line_buffering = raw.isatty() and not writes
    text = _io.TextIOWrapper(binary, "utf-8", errors, "\n", line_buffering, write_through=True)
    text.mode = mode
    return text


# All three before one that was there is given up, whose memory would be the next one's.
sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__ = (
    open_stream(fds[0], "<stdin>", "r", "surrogateescape"),
    open_stream(fds[1], "<stdout>", "w", "surrogateescape"),
    open_stream(fds[2], "<stderr>", "w", "backslashreplace"),
)
