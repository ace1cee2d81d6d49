"""`brood session` and `brood repl` against a running Brood."""

import json
import os
import pty
import re
import select
import termios

import preconditions
from eventually import eventually
from system import SESSIONS

SYSTEM = SESSIONS


def brood(system, *arguments, **options):
    return system.brood(*arguments, text=True, **options)


def said(system, *arguments, **options):
    done = brood(system, *arguments, **options)
    assert done.returncode == 0, done
    return done.stdout


def test_a_session_is_opened_used_and_closed(system, tmp_path):
    session = said(system, "session", "open", "--label", "suite=cli").strip()
    listed = json.loads(said(system, "session", "ls", "--json", "--label", "suite=cli"))
    assert [each["id"] for each in listed["sessions"]] == [session]
    assert session in said(system, "session", "ls")

    said(system, "session", "exec", session, "-c", "x = 41")
    assert said(system, "session", "exec", session, "-c", "print(x + 1)") == "42\n"
    failed = brood(system, "session", "exec", session, "-c", "x / 0")
    assert failed.returncode == 1 and "ZeroDivisionError" in failed.stderr

    here = tmp_path / "in.txt"
    here.write_text("one\ntwo\n")
    said(system, "session", "files", "put", session, str(here), "data/in.txt")
    assert said(system, "session", "run", session, "wc", "-l", "data/in.txt") == "2 data/in.txt\n"
    assert "/workspace/data/in.txt" in said(system, "session", "files", "ls", session, "data")
    assert said(system, "session", "files", "get", session, "data/in.txt") == "one\ntwo\n"
    said(system, "session", "files", "rm", session, "data")
    assert brood(system, "session", "run", session, "sh", "-c", "exit 7").returncode == 7

    said(system, "session", "close", session)
    gone = brood(system, "session", "exec", session, "-c", "1")
    assert gone.returncode == 125 and session in gone.stderr


def test_pictures_are_saved_and_named(system, tmp_path):
    code = "class P:\n    def _repr_png_(self): return b'\\x89PNG'\nP()"
    session = said(system, "session", "open").strip()
    done = brood(system, "session", "exec", session, "-c", code, "--rich", "--output-dir",
                 str(tmp_path))
    said(system, "session", "close", session)
    saved = re.search(r"saved (\S+\.png)", done.stderr)
    assert saved, done
    with open(saved[1], "rb") as file:
        assert file.read() == b"\x89PNG"


def test_a_repl_takes_one_cell_from_a_pipe(system):
    done = brood(system, "repl", "-l", "python", input="for i in range(2):\n    print(i)\n\nprint('end')\n")
    assert (done.returncode, done.stdout) == (0, "0\n1\nend\n"), done


class Terminal:
    """`brood repl` at a terminal of its own."""

    def __init__(self, system, *arguments):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(system.environment(), TERM="vt100")
            program = preconditions.binary("brood")
            os.execv(program, [program, "repl", *arguments])
        self.shown = ""

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def until(self, text, seconds=60):
        """Reads up to and with `text`, which is then not looked for again."""
        while text not in self.shown:
            ready, _, _ = select.select([self.fd], [], [], seconds)
            assert ready, f"no {text!r}: {self.shown!r}"
            try:
                self.shown += os.read(self.fd, 65536).decode()
            except OSError as ended:
                raise AssertionError(f"ended before {text!r}: {self.shown!r}") from ended
        before, _, self.shown = self.shown.partition(text)
        return before

    def end(self):
        # Before single keys are read Ctrl-D is the terminal's own, and lost.
        eventually(lambda: not termios.tcgetattr(self.fd)[3] & termios.ICANON, "keys are read")
        self.type("\x04")
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def test_a_repl_keeps_state_goes_on_and_is_interrupted(system):
    terminal = Terminal(system, "-l", "python")
    terminal.until("python> ")
    terminal.type("def f():\n")
    terminal.until("... ")
    terminal.type("    return 42\n")
    terminal.until("... ")
    terminal.type("\n")
    terminal.until("python> ")
    terminal.type("f()\n")
    terminal.until("42\r\n")
    terminal.until("python> ")
    terminal.type("print('in', flush=True); [None for _ in iter(int, 1)]\n")
    terminal.until("\r\nin\r\n")
    terminal.type("\x03")
    terminal.until("KeyboardInterrupt")
    terminal.until("python> ")
    terminal.type("f() + 1\n")
    terminal.until("43\r\n")
    terminal.until("python> ")
    assert terminal.end() == 0
