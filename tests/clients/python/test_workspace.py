"""A workspace that outlives its jobs."""

import asyncio
import io
import tarfile

import pytest

import brood
from brood import _archive
from brood._archive import read_file
from brood._workspace import inside


@pytest.fixture
def workspace(client):
    return brood.Workspace(client)


def test_files_outlive_a_job_with_their_modes(workspace):
    first = workspace.run("mkdir -p a/empty; echo x >a/f; chmod 750 a/f; ln -s f a/link;"
                          "echo t >/tmp/t; exit 3")
    assert (first.exit_code, first.stderr) == (3, "")
    second = workspace.run("stat -c '%a %F' a/f a/link a/empty; cat a/link /tmp/t; ls -A")
    assert second.stdout.splitlines() == [
        "750 regular file", "777 symbolic link", "755 directory", "x", "t", "a"]
    assert workspace.run("rm -r a").ok
    assert workspace.run("ls -A").stdout == ""


def test_files_are_written_and_read(workspace):
    workspace.write({"deep/er/f": "text", "/tmp/bin": b"\x00\xff"})
    assert workspace.run("cat deep/er/f").stdout == "text"
    assert workspace.read("/workspace/deep/er/f") == b"text"
    assert workspace.read("/tmp/bin") == b"\x00\xff"
    with pytest.raises(FileNotFoundError):
        workspace.read("none")
    with pytest.raises(IsADirectoryError):
        workspace.read("deep")
    with pytest.raises(brood.WorkspaceError):
        workspace.write({"deep": "there is a folder"})
    workspace.clear()
    with pytest.raises(FileNotFoundError):
        workspace.read("deep/er/f")


def test_a_slow_command_ends_and_its_files_stay(workspace):
    result = workspace.run("echo begun | tee f; sleep 600", timeout=0.5)
    assert result.exit_code == 124 and result.stdout == "begun\n"
    assert workspace.read("f") == b"begun\n"


def test_what_a_killed_job_changed_is_lost(client):
    limits = brood.Limits(output_bytes=1000)
    workspace = brood.Workspace(client, limits=limits)
    workspace.run("echo before >f")
    result = workspace.run("echo after >f; yes")
    assert result.status == "output_limit" and result.stdout_truncated
    assert workspace.run("cat f").stdout == "before\n"


def test_processes_and_variables_do_not_stay(workspace):
    workspace.run("export A=1; cd /tmp; sleep 600 & echo")
    said = workspace.run("echo $A $PWD; cat /proc/[0-9]*/comm").stdout
    assert said.startswith("/workspace\n") and "bash" in said and "sleep" not in said


def test_a_task_has_a_workspace_too(url):
    async def story():
        async with brood.AsyncBrood(url) as client:
            workspace = brood.AsyncWorkspace(client)
            await workspace.write({"f": "text"})
            await workspace.run("tr a-z A-Z <f >g")
            with pytest.raises(brood.WorkspaceError):
                await workspace.write({"f/g": "f is no folder"})
            return workspace.read("g")
    assert asyncio.run(story()) == b"TEXT"


def test_two_workspaces_share_nothing(client):
    one, other = brood.Workspace(client), brood.Workspace(client)
    one.write({"f": "secret"})
    assert other.run("ls -A; ls -A /tmp").stdout == ""


@pytest.mark.parametrize("path", ["/etc/passwd", "../etc", "/workspace/../etc", "/tmpx", "a\0b"])
def test_paths_stay_inside(path):
    with pytest.raises(ValueError, match="neither in"):
        inside(path)


def test_paths_have_one_form():
    assert inside("a/./b/../c") == "/workspace/a/c"
    assert inside("//tmp//x") == "/tmp/x"


def archive_of(member, content=b"", is_compressed=True):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz" if is_compressed else "w") as archive:
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_a_hostile_archive_is_refused(monkeypatch):
    monkeypatch.setattr(_archive, "MAX_UNPACKED_BYTES", 1 << 20)
    bomb = tarfile.TarInfo("workspace/f")
    bomb.size = 2 << 20
    large = io.BytesIO()
    with tarfile.open(fileobj=large, mode="w:gz", compresslevel=1) as archive:
        archive.addfile(bomb, Zeros())
    link = tarfile.TarInfo("workspace/f")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    assert read_file(archive_of(link), "/workspace/f") is None
    for bad in (large.getvalue(), b"", b"no archive", archive_of(link)[:20],
                archive_of(link, is_compressed=False)):
        with pytest.raises(brood.WorkspaceError):
            read_file(bad, "/workspace/f")


class Zeros:
    """A file without end."""

    def read(self, size):
        return bytes(size)
