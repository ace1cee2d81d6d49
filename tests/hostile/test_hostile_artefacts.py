"""Guests whose files are traps for whoever collects them, and requests whose files are traps for us."""

import os
import subprocess
import tempfile

import pytest

import weakened
from attack import source


def collect(attack, name, *arguments, patterns, **limits):
    """(reply, {path: content}, {path: reason})"""
    token = weakened.new_token()
    reply = attack.system.client.execute(source(name), args=[token, *map(str, arguments)],
                                         collect=list(patterns), limits=limits)
    assert reply.stdout.startswith(token + "\n"), dict(reply)
    assert attack.flag.secret not in str(dict(reply))
    return (reply, {file["path"]: file["content"] for file in reply["files"]},
            {file["path"]: file["reason"] for file in reply["files_skipped"]})


def native(name, directory, *arguments):
    """Runs the same guest without a sandbox, in a directory that a naive collector then reads."""
    return weakened.run(name, *arguments, cwd=directory)


def naive(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def test_artefacts_that_are_links(attack, record):
    _, files, skipped = collect(attack, "artefact_links", attack.flag.path,
                                patterns=["out/*", "out/directory/*", "out/magic", "out/link/x"])
    assert files == {"out/honest": "honest"}
    assert {skipped.get(f"out/{name}") for name in ("link", "directory", "magic")} == {"symlink"}
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        native("artefact_links", directory, attack.flag.path)
        for path in ("out/link", f"out/directory/{attack.flag.name}", "out/magic"):
            assert naive(os.path.join(directory, path)) == attack.flag.secret
    record("artefacts that are symbolic links", "refused by name", "secret read by all three")


def test_artefacts_that_are_no_files(attack, record):
    reply, files, skipped = collect(attack, "artefact_links", attack.flag.path, patterns=["out/*"])
    assert files == {"out/honest": "honest"}
    # Where jobs have no sockets with a name there is none to leave.
    assert skipped["out/fifo"] == "fifo"
    assert skipped.get("out/socket") == (None if attack.shares_host else "socket")
    assert skipped["out/one"] == skipped["out/other"] == "hard_link"
    assert "zero" not in reply.stdout and "hard" not in reply.stdout.split()
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        made = native("artefact_links", directory, attack.flag.path).stdout.split()
        assert "zero" in made
        # Nobody writes to it: whoever opens it waits.
        waited = subprocess.run(["timeout", "1", "cat", os.path.join(directory, "out/fifo")],
                                check=False, capture_output=True)
        endless = subprocess.run(["head", "-c", "1048576", os.path.join(directory, "out/zero")],
                                 check=True, capture_output=True)
        assert waited.returncode == 124 and len(endless.stdout) == 1 << 20
        if "hard" in made:
            os.unlink(os.path.join(directory, "out/hard"))
    record("hard link, FIFO, socket, device as artefact", "refused by name",
           "a reader hangs, or reads without end")


def test_artefact_swapped_while_collected(attack, record):
    seen = set()
    for _ in range(8):
        _, files, skipped = collect(attack, "artefact_swap", attack.flag.path,
                                    patterns=["name", "link", f"dir/{attack.flag.name}",
                                              f"elsewhere/{attack.flag.name}"] * 8)
        assert set(files.values()) <= {"honest"}, files
        assert set(skipped.values()) <= {"symlink"}, skipped
        seen |= set(files.values()) | set(skipped.values())
    assert seen == {"honest", "symlink"}
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory, \
            weakened.started("artefact_swap", attack.flag.path, cwd=directory) as guest:
        guest.wait()  # All is there by then; the child goes on.
        read = set()
        while attack.flag.secret not in read:
            read.add(naive(os.path.join(directory, "name")))
    record("symlink swapped in a loop", "file or refusal, never the target", "secret read")


def test_artefact_sizes(attack, record):
    _, files, skipped = collect(attack, "artefact_sizes", 200 << 20, patterns=["sparse", "growing"],
                                file_bytes=256 << 20)
    assert skipped["sparse"] == "too_large"
    assert skipped.get("growing") == "too_large" or len(files["growing"]) <= 16 << 20
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory, \
            weakened.started("artefact_sizes", 1 << 40, cwd=directory) as guest:
        guest.wait()
        assert os.path.getsize(os.path.join(directory, "sparse")) == 1 << 40
        with open(os.path.join(directory, "sparse"), "rb") as file:
            assert len(file.read(64 << 20)) == 64 << 20
    record("sparse artefact, one that grows", "too_large", "read on and on")


def test_artefacts_in_multitudes(attack, record):
    _, files, skipped = collect(attack, "inode_flood", ".", 16_000,
                                patterns=["f*", "f7", "**/g*"], wall_time_ms=60_000,
                                cpu_time_ms=60_000)
    assert len(files) == 256 and set(skipped.values()) == {"too_many_files"}
    assert len(skipped) == 100
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        weakened.run("inode_flood", directory, 16_000)
        everything = [naive(entry.path) for entry in os.scandir(directory)]
    assert len(everything) == 16_000
    record("many artefacts", "256 taken", f"{len(everything)} taken")


def test_artefacts_with_odd_names(attack, record):
    _, files, skipped = collect(attack, "odd_names", 60, patterns=["**", "*/*"])
    assert set(files) <= {"main.py"} and set(skipped.values()) <= {"invalid_name", "too_deep"}
    assert "invalid_name" in skipped.values()
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        native("odd_names", directory, 10)
        names = [name for _, _, found in os.walk(os.fsencode(directory)) for name in found]
        with pytest.raises(UnicodeDecodeError):
            for name in names:
                name.decode("utf-8")
    record("names that are no text, deep trees", "refused by name", "found and not text")


def test_ground_that_is_replaced(attack, record):
    reply, files, _ = collect(attack, "artefact_ground", ".", attack.system.directory,
                              patterns=["*"])
    assert "replaced" not in reply.stdout
    assert files["file"] == "honest" and attack.flag.name not in files
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        ground = os.path.join(directory, "ground")
        os.mkdir(ground)
        control = weakened.run("artefact_ground", ground, attack.system.directory)
        assert control.stdout == "replaced\n"
        assert naive(os.path.join(ground, attack.flag.name)) == attack.flag.secret
    record("working directory replaced by a link", reply.stdout.splitlines()[-1],
           "replaced; secret read")


def test_names_of_input_files(attack, record):
    names = ["../x", f"..{attack.flag.path}", attack.flag.path, ".", "..", "", "a/../../x", "a/./b",
             "a//b", "main.py", "main.py/x", "a\0b", "x" * 256]
    for name in names:
        refused = attack.system.client.post("/v1/execute", {
            "language": "python", "code": "1", "files": [{"path": name, "content": "pwned"}]})
        assert refused.status == 400 and refused.json.error.field == "files[0].path", refused
    twice = attack.system.client.post("/v1/execute", {
        "language": "python", "code": "1", "files": [{"path": "a", "content": ""}] * 2})
    assert twice.status == 400 and twice.json.error.field == "files[1].path"
    with tempfile.TemporaryDirectory(prefix="brood-control-") as directory:
        os.mkdir(os.path.join(directory, "workspace"))
        with open(os.path.join(directory, "workspace", "../x"), "w", encoding="ascii") as file:
            file.write("pwned")
        assert naive(os.path.join(directory, "x")) == "pwned"
    record("names of input files", f"{len(names) + 1} refused with 400", "written outside")


def test_patterns_that_take_for_ever(attack, record):
    """32 patterns with a class of 240 bytes and names of 255: the supervisor stops when it has had
    enough, and says so; neighbours are answered all the time (the oracle asks)."""
    patterns = [f"**/*[{'b-c' * 80}]{chr(65 + i % 26)}{i // 26}" for i in range(32)]
    nested = [f"*a*a*a*a*a*a*a*a*a*a*[{'b-c' * 40}]{i}" for i in range(32)]
    limits = {"wall_time_ms": 60_000, "cpu_time_ms": 60_000}
    _, files, skipped = collect(attack, "long_names", 12_000, patterns=patterns, **limits)
    assert files == {} and set(skipped.values()) <= {"too_much_to_match"}, skipped
    _, files, skipped = collect(attack, "long_names", 12_000, patterns=nested, **limits)
    assert (files, skipped) == ({}, {".": "too_much_to_match"})
    # Its counterpart: patterns that take less are looked for in all of the names.
    _, files, skipped = collect(attack, "long_names", 12_000, patterns=["*a11999"], **limits)
    assert (list(files), skipped) == (["11999".rjust(255, "a")], {})
    record("patterns that take for ever", "too_much_to_match", "all 12000 names looked at")
