"""Sources that attack their compiler, the collection of its program, the cache, and the next job.

The language "pliant" has a compiler that does what its source says: what a compiler would be that a
source has got the better of.
"""

import os
import signal
import subprocess
import tempfile

import pytest

from attack import Attack, Flag
from system import System

PLIANT = """
name = "pliant"
source_file = "main.sh"
compile_command = ["/bin/bash", "{source}"]
artifact = "main"
run_command = ["{artifact}"]
"""

COMPILE_LIMITS = {"cpu_time_ms": {"default": 2000, "max": 2000},
                  "memory_bytes": {"default": 256 << 20, "max": 256 << 20},
                  "file_bytes": {"default": 16 << 20, "max": 16 << 20},
                  "output_bytes": {"default": 1 << 16, "max": 1 << 16}}

# Doubles with each level of instantiation.
TEMPLATE_BOMB = """
template <int depth, long path> struct Bomb {
  static constexpr long value = Bomb<depth - 1, 2 * path>::value + Bomb<depth - 1, 2 * path + 1>::value;
};
template <long path> struct Bomb<0, path> { static constexpr long value = path; };
int main() { return Bomb<40, 1>::value; }
"""

# A program that prints its second line and then puts another in its place.
POISONER = """
#include <stdio.h>
#include <unistd.h>
int main(int count, char** words) {
  puts("pristine");
  fflush(stdout);
  if (unlink(words[0]) != 0) puts("cannot be removed");
  FILE* file = fopen(words[0], "w");
  if (file) fputs("#!/bin/sh\\necho poisoned\\n", file);
  if (file) fclose(file);
  execl("/bin/chmod", "chmod", "755", words[0], (char*)0);
}
"""


@pytest.fixture(scope="module")
def flagged_system():
    with tempfile.TemporaryDirectory(prefix="brood-runtimes-") as folder:
        os.chmod(folder, 0o755)  # Brood reads it, as whoever it runs as.
        with open(os.path.join(folder, "pliant.toml"), "w", encoding="ascii") as file:
            file.write(PLIANT)
        settings = {"supervisor": {"extra_runtimes_dirs": [folder]},
                    "compile_limits": COMPILE_LIMITS, "compile": {"artifact_bytes": 8 << 20}}
        with System(settings) as running:
            yield running, Flag(running.directory)


@pytest.fixture
def attack(flagged_system):
    with Attack(*flagged_system) as one:
        yield one


def compiled(attack, code, language="c", **fields):
    return attack.system.client.execute(code, language=language, **fields)


def refused(attack, code, language="c"):
    """The compiler's part of a job that must not have got past it."""
    reply = compiled(attack, code, language)
    assert reply.status == "compile_error" and reply.exit_code is None, dict(reply)
    assert (reply.stdout, reply.stderr) == ("", "")
    assert attack.flag.secret not in str(dict(reply))
    return reply


def natively(tmp_path, code, name="main.c", seconds=60, stdin=subprocess.DEVNULL, env=None):
    """Compiles outside of a sandbox, as Brood's own user; None: the compiler did not end."""
    (tmp_path / name).write_text(code)
    command = {"main.c": ["gcc"], "main.cc": ["g++"], "main.sh": ["bash"]}[name] + [name]
    if name != "main.sh":
        command += ["-o", "main"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=env, start_new_session=True) as process:
        try:
            stdout, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            # gcc is only the front: what does not end, and takes all memory meanwhile, is its child.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None
    return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)


def test_including_what_is_not_ones_own(attack, tmp_path, record):
    code = f'#include "{attack.flag.path}"\n#include "/etc/shadow"\nint main(void) {{}}\n'
    reply = refused(attack, code)
    # A file that exists on a shared host cannot be opened.
    refusal = "Permission denied" if attack.shares_host else "No such file or directory"
    assert reply.compile.stderr.count(refusal) >= 1
    assert attack.flag.secret in natively(tmp_path, code).stderr.decode()
    record("#include of the host's files", "no such file", "quoted in the messages")


def test_including_stdin(attack, tmp_path, record):
    code = '#include "/dev/stdin"\nint main(void) {}\n'
    reply = compiled(attack, code, stdin="#error of the job\n")
    assert reply.status == "ok", dict(reply)

    read_end, write_end = os.pipe()
    with open(read_end, "rb") as stdin, open(write_end, "wb"):
        assert natively(tmp_path, code, seconds=1, stdin=stdin) is None
    record('#include "/dev/stdin"', "empty", "waits for ever")


def test_template_bomb(attack, tmp_path, record):
    reply = refused(attack, TEMPLATE_BOMB, "cpp")
    assert reply.compile.status in ("timeout", "cpu_limit", "memory_limit"), dict(reply)
    assert reply.message.startswith("compiler: ")
    assert natively(tmp_path, TEMPLATE_BOMB, "main.cc", seconds=6) is None
    record("template bomb", reply.compile.status, "goes on")


def test_messages_without_end(attack, tmp_path, record):
    loud = "yes 'error: again and again' | head -c 4000000 >&2; exit 1"
    reply = refused(attack, loud, "pliant")
    assert (reply.compile.status, len(reply.compile.stderr)) == ("output_limit", 1 << 16)
    assert len(natively(tmp_path, loud, "main.sh").stderr) == 4_000_000
    record("4 MB of messages", "64 KiB", "4 MB")


def test_huge_program(attack, tmp_path, record):
    code = "char data[40 << 20] = {1};\nint main(void) {}\n"
    reply = refused(attack, code)
    assert natively(tmp_path, code).returncode == 0
    assert (tmp_path / "main").stat().st_size > 40 << 20
    # Within what the compiler may write, and more than is collected.
    reply = refused(attack, "head -c 10000000 /dev/zero >main", "pliant")
    assert reply.message == "compiler: it left no program: main: too_large"
    reply = refused(attack, "truncate -s 15M main", "pliant")
    assert reply.message.endswith("main: too_large")
    record("program of 40 MB", "compile_error", "made")


# Left in the place of the program, and how the refusal ends.
ODD_PROGRAMS = {
    "ln -s FLAG main": "symlink",
    "ln -s /usr/bin/id main": "symlink",
    "mkfifo main": "fifo",
    "mkdir main": "directory",
    "echo >other; ln other main": "hard_link",
    "true": "not_there",
    "rm -rf /workspace/* /workspace/.[a-z]*": "not_there",
    "chmod 0 .; exit 0": "not_there",
}


@pytest.mark.parametrize("script", ODD_PROGRAMS)
def test_odd_programs(attack, tmp_path, record, script):
    code = script.replace("FLAG", attack.flag.path)
    reply = refused(attack, code, "pliant")
    assert reply.message == f"compiler: it left no program: main: {ODD_PROGRAMS[script]}"
    if "FLAG" in script:
        natively(tmp_path, code, "main.sh")
        assert (tmp_path / "main").read_text() == attack.flag.secret
        record("program that is a link out", "refused", "the flag is read")
    if "mkfifo" in script:
        natively(tmp_path, code, "main.sh")
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(["cat", "main"], cwd=tmp_path, timeout=1, check=False)
        record("program that is a FIFO", "refused", "waits for ever")


def test_program_that_changes_while_it_is_collected(attack, tmp_path, record):
    """A process that changes it is dead by then, detached as it may be."""
    code = f"""
printf '#!/bin/sh\\necho collected\\n' >good
(trap '' TERM HUP; setsid bash -c 'while :; do cp good main; ln -sfn {attack.flag.path} main; done' \
 </dev/null >/dev/null 2>&1 &)
until [ -e main ]; do :; done
"""
    for _ in range(5):
        reply = compiled(attack, code, "pliant")
        assert attack.flag.secret not in str(dict(reply))
        if reply.status == "compile_error":
            assert reply.message.startswith("compiler: "), dict(reply)
        else:
            assert reply.stdout in ("collected\n", ""), dict(reply)
    # Somebody who follows names sees what is outside before long.
    (tmp_path / "outside").write_text("a secret")
    seen = subprocess.run(
        ["bash", "-c", "mkdir in; cd in; echo good >good; (while :; do cp --remove-destination good main;"
         " ln -sfn ../outside main; done) 2>/dev/null & until grep -q secret main 2>/dev/null; do :; done;"
         " kill %1; echo seen"], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert seen.stdout == b"seen\n"
    record("program swapped while collected", "never followed", "what is outside is read")


def test_programs_own_poison(attack, tmp_path, record):
    for _ in range(3):
        reply = compiled(attack, POISONER)
        assert (reply.status, reply.stdout) == ("ok", "pristine\n"), dict(reply)
    assert reply.compile.cached
    natively(tmp_path, POISONER)
    ran = [subprocess.run(["./main"], cwd=tmp_path, capture_output=True, check=True).stdout
           for _ in range(2)]
    assert ran == [b"pristine\n", b"poisoned\n"]
    record("a program overwrites itself", "the next one is pristine", "poisoned")


def test_poison_by_the_jobs_variables(attack, tmp_path, record):
    code = "#include <stdio.h>\nint main(void) { puts(\"built\"); }\n"
    poison = {"GCC_EXEC_PREFIX": "/nowhere/", "COMPILER_PATH": "/tmp", "CPATH": "/tmp",
              "LD_PRELOAD": "/workspace/none.so", "PATH": "/tmp", "BASH_ENV": "/dev/stdin"}
    reply = compiled(attack, code, env=poison)
    assert (reply.status, reply.stdout, reply.compile.cached) == ("ok", "built\n", False), reply
    assert compiled(attack, code).compile.cached
    assert natively(tmp_path, code, env=poison | {"PATH": "/usr/bin", "LD_PRELOAD": ""}).returncode
    record("variables that change the compiler", "not passed on", "it fails")


def test_only_what_succeeded_is_kept(attack, record):
    failing = "printf '#!/bin/sh\\necho kept\\n' >main; exit 1"
    for _ in range(2):
        assert not refused(attack, failing, "pliant").compile.cached
    # A compiler that accepts the same program, and one that differs by a space.
    succeeding = failing.replace("exit 1", "exit 0")
    first, second, other = [compiled(attack, code, "pliant")
                            for code in (succeeding, succeeding, succeeding + " ")]
    assert [reply.stdout for reply in (first, second, other)] == ["kept\n"] * 3
    assert [reply.compile.cached for reply in (first, second, other)] == [False, True, False]
    record("program of a failed compiler", "not kept", "kept once it succeeds")
