"""`brood run` as people type it: where input, output and names come from and go to."""

import os
import shutil

import pytest

import preconditions

CLOSED = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"]


def write(system, name, text):
    path = os.path.join(system.directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def shell(system, script, *arguments, **options):
    """A shell's command line, in which "$0" is brood."""
    return system.run(["/bin/sh", "-c", script, preconditions.binary("brood"), *arguments],
                      **options)


@pytest.mark.parametrize("redirections", CLOSED)
def test_closed_descriptors_harm_no_command(system, redirections):
    hello = write(system, "hello.py", "import sys\nprint('hi', sys.stdin.read())\n")
    for command in (["run", hello], ["status"], ["config"], ["profile", "ls"], ["--version"]):
        done = shell(system, f'"$0" "$@" {redirections}', *command)
        assert done.returncode == 0, (command, done)
        assert done.stdout or ">&-" in redirections.replace("2>&-", ""), (command, done)


def test_output_goes_into_no_other_file(system):
    """With 1 and 2 closed the first files opened would take their numbers."""
    source = "import sys\nprint('x' * 100)\nprint('y' * 100, file=sys.stderr)\n"
    path = write(system, "writes.py", source)
    done = shell(system, '"$0" run "$1" <&- >&- 2>&-', path)
    assert done.returncode == 0, done
    with open(path, encoding="utf-8") as file:
        assert file.read() == source


@pytest.mark.parametrize("command", [["run", "hello.py"], ["run", "--json", "hello.py"], ["status"],
                                     ["status", "--json"], ["config"], ["--version"], ["--help"],
                                     ["profile", "ls"], ["doctor"]])
def test_output_that_cannot_be_written_is_an_error_with_a_reason(system, command):
    hello = write(system, "hello.py", "print('hi')\n")
    arguments = [hello if each == "hello.py" else each for each in command]
    done = shell(system, '"$0" "$@" >/dev/full', *arguments)
    assert done.returncode == (125 if command[0] == "run" else 1), done
    assert b"brood: cannot write the output: No space left on device" in done.stderr


def test_a_reader_that_leaves_ends_the_job_without_a_word(system):
    endless = write(system, "endless.py", "while True: print('y')\n")
    done = shell(system, '{ "$0" run "$1"; echo "code $?" >&2; } | head -n 1', endless)
    assert done.stdout == b"y\n"
    assert done.stderr == b"code 141\n"


def test_standard_input_is_the_jobs(system):
    reads = write(system, "reads.py", "import sys\nprint(repr(sys.stdin.read()))\n")
    assert system.brood("run", reads, input=b"hello").stdout == b"'hello'\n"
    assert shell(system, '"$0" run "$1" < "$1"', reads).stdout.startswith(b"'import sys")
    assert shell(system, 'printf abc | "$0" run "$1"', reads).stdout == b"'abc'\n"
    for none in ("</dev/null", "<&-"):
        assert shell(system, f'"$0" run "$1" {none}', reads).stdout == b"''\n"
    # An input that is asked for wins, and the program's own file is no input.
    assert system.brood("run", "--stdin", reads, reads, input=b"x").stdout.startswith(b"'import")
    assert system.brood("run", "--stdin", "-", reads, input=b"x").stdout == b"'x'\n"
    program = b"import sys\nprint(repr(sys.stdin.read()))\n"
    assert system.brood("run", "-l", "python", "-", input=program).stdout == b"''\n"


def test_a_terminal_is_not_read(system):
    reads = write(system, "reads.py", "import sys\nprint(repr(sys.stdin.read()))\n")
    main, terminal = os.openpty()
    try:
        done = system.brood("run", reads, stdin=terminal)
    finally:
        os.close(main)
        os.close(terminal)
    assert (done.returncode, done.stdout) == (0, b"''\n"), done


def test_input_without_end_is_refused(system):
    reads = write(system, "reads.py", "print(1)\n")
    done = shell(system, 'yes | "$0" run "$1"', reads)
    assert done.returncode == 125 and b"standard input has more than 64 MiB" in done.stderr, done


@pytest.mark.parametrize("line, said", [
    ("#!/usr/bin/python3", b"python"), ("#!/usr/bin/env python3", b"python"),
    ("#!/usr/bin/env -S python3.11 -u", b"python"), ("#!/bin/sh", b"shell"),
    ("#! /usr/bin/perl -w", b"perl")])
def test_a_file_without_an_ending_says_its_language_itself(system, line, said):
    text = {b"python": "import sys; print('python')", b"shell": "echo shell",
            b"perl": 'print "perl\\n";'}[said]
    done = system.brood("run", write(system, "script", f"{line}\n{text}\n"))
    assert (done.returncode, done.stdout) == (0, said + b"\n"), done


def test_a_file_that_does_not_say_its_language_is_asked_about(system):
    done = system.brood("run", write(system, "script", "print(1)\n"))
    assert done.returncode == 2 and b"cannot tell the language" in done.stderr


def test_the_program_has_the_files_own_name(system):
    report = write(system, "report.py", "print(__file__.rpartition('/')[2])\nraise SystemError\n")
    done = system.brood("run", report)
    assert done.stdout == b"report.py\n"
    assert b'report.py", line 2' in done.stderr, done
    # With a name that could be taken for something else the language's own is as good.
    for name in ("-c.py", "white space.py", "script.txt"):
        shutil.copy(report, os.path.join(system.directory, name))
        done = system.brood("run", "-l", "python", os.path.join(system.directory, name))
        assert done.stdout == b"main.py\n", (name, done)


def test_a_compiler_sees_the_files_own_name(system):
    broken = write(system, "broken.c", "int main(void) { return x; }\n")
    done = system.brood("run", broken)
    assert done.returncode == 1 and b"broken.c:1:" in done.stderr, done
    good = write(system, "good.c", '#include <stdio.h>\nint main(void) { puts(__FILE__); }\n')
    assert system.brood("run", good).stdout.endswith(b"good.c\n")


def test_a_java_file_may_have_any_name(system):
    foo = write(system, "Foo.java", "public class Foo { public static void main(String[] a) "
                                    '{ System.out.println("hi"); } }\n')
    done = system.brood("run", foo)
    assert (done.returncode, done.stdout) == (0, b"hi\n"), done


PICTURE = ("import matplotlib.pyplot as plt\nprint('before')\nplt.plot([1, 2])\nplt.show()\n"
           "print('after')\ndisplay({'a': 1})\n")


def test_a_picture_that_is_not_saved_is_spoken_of(system):
    plot = write(system, "plot.py", PICTURE)
    done = system.brood("run", "--rich", plot)
    assert (done.returncode, done.stdout) == (0, b"before\nafter\n{'a': 1}\n"), done
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("brood: not shown: image/png, ") and "--output-dir" in lines[0]


def test_a_picture_is_saved(system):
    plot = write(system, "plot.py", PICTURE)
    output = os.path.join(system.directory, "shown")
    done = system.brood("run", "--rich", "--output-dir", output, plot)
    assert done.returncode == 0 and b"not shown" not in done.stderr, done
    with open(os.path.join(output, "result-0.png"), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"


def test_text_is_shown_where_it_was_shown(system):
    shows = write(system, "shows.py", "print(1)\ndisplay('two')\nprint(3)\n4\n")
    assert system.brood("run", "--rich", shows).stdout == b"1\n'two'\n3\n4\n"


def test_both_streams_can_come_in_the_order_written(system):
    both = write(system, "both.py", "import sys\nfor i in range(50):\n"
                                    "    print('o', i)\n    print('e', i, file=sys.stderr)\n")
    done = system.brood("run", "--merge-output", both)
    expected = "".join(f"o {i}\ne {i}\n" for i in range(50))
    assert (done.stdout.decode(), done.stderr) == (expected, b"")
