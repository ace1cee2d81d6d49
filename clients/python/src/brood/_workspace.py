"""A directory that outlives the jobs that work in it, although no sandbox does."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import Dict, List, Mapping, Optional, Union

from ._archive import packed, read_file
from ._async_client import AsyncBrood
from ._client import Brood
from ._errors import WorkspaceError
from ._request import InputFile, JobOptions, Limits
from ._results import Result

ROOTS = ("/workspace", "/tmp")

# The folder of this module's own files; the archive of the next job leaves it out.
_OWN = ".brood"

# Time for packing and unpacking, beside the command's own.
_PACKING_SECONDS = 20

# The command is a process of its own, so that the workspace is packed even if that is ended. It
# sees nothing of this script's files. Agents call Python by a name that Debian does not have.
_STEPS = f"""
own=/dev/shm/{_OWN}
mv /workspace/{_OWN} "$own" && rm -f "$0" && cd / || exit 125
for name in held added; do
  if [ -f "$own/$name.tgz" ]; then tar -xzpf "$own/$name.tgz" || exit 125; fi
done
if ! command -v python >/dev/null; then
  mkdir "$own/bin" && ln -s "$(command -v python3)" "$own/bin/python"
  export PATH="$PATH:$own/bin"
fi
cd /workspace
timeout --kill-after=2 "$1" bash "$own/command.sh"
code=$?
cd / && mkdir /workspace/{_OWN}
tar -cz --exclude=workspace/{_OWN} workspace tmp >"$own/out.tgz" 2>/dev/null
mv "$own/out.tgz" /workspace/{_OWN}/out.tgz
exit "$code"
"""


class _Held:
    """The archive, and how it goes into a job and comes back."""

    def __init__(self, env: Optional[Mapping[str, str]], limits: Optional[Limits],
                 timeout: float) -> None:
        self._env = dict(env or {})
        self._limits = limits or Limits()
        self._timeout = timeout
        self._archive: Optional[bytes] = None

    def read(self, path: str) -> bytes:
        """A file's bytes; raises FileNotFoundError or IsADirectoryError."""
        place = inside(path)
        content = None if self._archive is None else read_file(self._archive, place)
        if content is None:
            raise FileNotFoundError(path)
        return content

    def clear(self) -> None:
        """Forgets all files."""
        self._archive = None

    def _seconds(self, timeout: Optional[float]) -> float:
        return self._timeout if timeout is None else timeout

    def _options(self, command: str, added: Mapping[str, bytes], timeout: Optional[float],
                 stdin: Optional[str], merge_output: bool) -> JobOptions:
        files: List[InputFile] = [InputFile(f"{_OWN}/command.sh", command)]
        if self._archive is not None:
            files.append(InputFile(f"{_OWN}/held.tgz", self._archive))
        if added:
            files.append(InputFile(f"{_OWN}/added.tgz", packed(added)))
        seconds = self._seconds(timeout)
        wall_ms = int((seconds + _PACKING_SECONDS) * 1000)
        return {"args": [f"{seconds:g}"], "files": files, "collect": [f"{_OWN}/out.tgz"],
                "env": self._env, "stdin": stdin, "merge_output": merge_output,
                "limits": replace(self._limits, wall_time_ms=wall_ms)}

    def _taken(self, result: Result) -> Result:
        for file in result.files:
            self._archive = file.content
        return result


class Workspace(_Held):
    """Shell commands that find the files of those before them.

    Each command is a job in a fresh sandbox. What it leaves in `/workspace` and `/tmp` is packed
    at its end, held by this object, and unpacked for the next. Modes, links and empty folders
    stay; processes, variables and the current directory do not, and neither does a file that
    nobody could read. The packed files must fit into a request (11 MiB by default).

    What a job that was killed at a limit has changed is lost: the files are those before it.
    A command that takes longer than its `timeout` is ended with the exit code 124, and its files
    are kept. Not for more than one thread at a time.
    """

    def __init__(self, brood: Brood, *, env: Optional[Mapping[str, str]] = None,
                 limits: Optional[Limits] = None, timeout: float = 60.0) -> None:
        """`limits` are those of each command; the wall limit follows from its time-out."""
        super().__init__(env, limits, timeout)
        self._brood = brood

    def run(self, command: str, *, timeout: Optional[float] = None, stdin: Optional[str] = None,
            merge_output: bool = False) -> Result:
        """Runs a command of bash in `/workspace`; its exit code is the result's."""
        options = self._options(command, {}, timeout, stdin, merge_output)
        return self._taken(self._brood.execute(_STEPS, "bash", **options))

    def write(self, files: Mapping[str, Union[str, bytes]]) -> None:
        """Writes files, with the folders that they need; paths are absolute, or relative to
        `/workspace`. Raises ValueError for other paths, WorkspaceError if it cannot be done."""
        options = self._options("true", _placed(files), None, None, False)
        _check_written(self._taken(self._brood.execute(_STEPS, "bash", **options)))


class AsyncWorkspace(_Held):
    """As Workspace, with coroutines. A task that is cancelled ends its command; the files are
    then those before it. Not for more than one task at a time."""

    def __init__(self, brood: AsyncBrood, *, env: Optional[Mapping[str, str]] = None,
                 limits: Optional[Limits] = None, timeout: float = 60.0) -> None:
        super().__init__(env, limits, timeout)
        self._brood = brood

    async def run(self, command: str, *, timeout: Optional[float] = None,
                  stdin: Optional[str] = None, merge_output: bool = False) -> Result:
        """Runs a command of bash in `/workspace`; its exit code is the result's."""
        options = self._options(command, {}, timeout, stdin, merge_output)
        return self._taken(await self._brood.execute(_STEPS, "bash", **options))

    async def write(self, files: Mapping[str, Union[str, bytes]]) -> None:
        """Writes files, as `Workspace.write()` does."""
        options = self._options("true", _placed(files), None, None, False)
        _check_written(self._taken(await self._brood.execute(_STEPS, "bash", **options)))


def _placed(files: Mapping[str, Union[str, bytes]]) -> Dict[str, bytes]:
    return {inside(path): file.encode() if isinstance(file, str) else file
            for path, file in files.items()}


def _check_written(result: Result) -> None:
    if not result.ok:
        raise WorkspaceError("workspace_unwritable", result.stderr.strip() or result.status)


def inside(path: str) -> str:
    """The normal form of a path of the workspace; ValueError for any other."""
    place = posixpath.normpath(posixpath.join("/workspace", path))
    # POSIX lets two slashes at the beginning mean something else.
    place = "/" + place.lstrip("/")
    if "\0" in path or not any(place.startswith(root + "/") or place == root for root in ROOTS):
        raise ValueError(f"{path!r} is neither in /workspace nor in /tmp")
    return place
