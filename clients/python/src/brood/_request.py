"""A job as the body of a request."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import asdict, dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, TypedDict, Union

# The server's largest wall limit unless it is configured otherwise: a job without a limit of its
# own has the server's default, which only the server knows.
LONGEST_WALL_SECONDS = 300.0

# Time that a job may take beside its own: 30 s in the queue and 30 s to compile, the server's
# defaults, and as much again for the transfer and the end of the job.
MARGIN_SECONDS = 90.0


@dataclass(frozen=True)
class Limits:
    """A job's limits; None leaves the server's default. More than its maxima is refused."""

    wall_time_ms: Optional[int] = None
    cpu_time_ms: Optional[int] = None
    memory_bytes: Optional[int] = None
    processes: Optional[int] = None
    output_bytes: Optional[int] = None
    file_bytes: Optional[int] = None
    open_files: Optional[int] = None
    workspace_bytes: Optional[int] = None
    workspace_inodes: Optional[int] = None


@dataclass(frozen=True)
class InputFile:
    """A file beside the program, there before it starts; `path` is relative."""

    path: str
    content: Union[str, bytes]
    executable: bool = False

    @classmethod
    def from_path(cls, local_path: Union[str, os.PathLike[str]],
                  path: Optional[str] = None) -> InputFile:
        """Reads a file of this machine; without `path` its last name is taken."""
        with open(local_path, "rb") as file:
            content = file.read()
            executable = bool(os.fstat(file.fileno()).st_mode & 0o100)
        return cls(path or os.path.basename(os.fspath(local_path)), content, executable)


FilesLike = Union[Mapping[str, Union[str, bytes]], Iterable[InputFile]]


class JobOptions(TypedDict, total=False):
    """Keywords of `execute()` and `stream()`; each may be left out or None.

    Keys:
        profile: The profile whose workers run the job; without it `default`.
        stdin: Standard input.
        args: Arguments of the program.
        env: Environment variables.
        files: Files beside the program: a mapping of paths to text or bytes, or InputFiles.
        collect: Patterns of files to bring back however the job ended, such as `out/*.png`.
        limits: The job's own limits.
        rich: Whether pictures and the last expression's value are wanted (Python).
        merge_output: stderr goes where stdout goes, in the order written.
        network: Whether the job may reach what the operator allows, or only these names of it;
            without it as the server is configured.
    """

    profile: Optional[str]
    stdin: Optional[str]
    args: Optional[Sequence[str]]
    env: Optional[Mapping[str, str]]
    files: Optional[FilesLike]
    collect: Optional[Sequence[str]]
    limits: Optional[Limits]
    rich: bool
    merge_output: bool
    network: Union[bool, Sequence[str], None]


@dataclass(frozen=True)
class Job:
    """One job: its program, and the fields of JobOptions."""

    code: str
    language: str = "python"
    profile: Optional[str] = None
    stdin: Optional[str] = None
    args: Optional[Sequence[str]] = None
    env: Optional[Mapping[str, str]] = None
    files: Optional[FilesLike] = None
    collect: Optional[Sequence[str]] = None
    limits: Optional[Limits] = None
    rich: bool = False
    merge_output: bool = False
    network: Union[bool, Sequence[str], None] = None

    def body(self) -> bytes:
        """The JSON of POST /v1/execute."""
        body: Dict[str, Any] = {"language": self.language, "code": self.code}
        optional: Dict[str, Any] = {
            "profile": self.profile, "stdin": self.stdin,
            "args": _listed("args", self.args), "env": self.env and dict(self.env),
            "files": [_encoded(file) for file in _as_files(self.files)],
            "collect": _listed("collect", self.collect), "limits": _given(self.limits),
            "rich": self.rich, "merge_output": self.merge_output}
        body.update((name, value) for name, value in optional.items()
                    if value is not None and value is not False and value != [] and value != {})
        # Neither False nor an empty list is as good as nothing here.
        if isinstance(self.network, bool):
            body["network"] = self.network
        elif self.network is not None:
            body["network"] = {"allow": _listed("network", self.network)}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def answer_seconds(self) -> float:
        """How long a healthy server may take to answer, from the job's own wall limit."""
        wall_ms = self.limits.wall_time_ms if self.limits else None
        wall = LONGEST_WALL_SECONDS if wall_ms is None else wall_ms / 1000
        return wall + MARGIN_SECONDS


def _listed(name: str, values: Optional[Sequence[str]]) -> Optional[List[str]]:
    # A string is a sequence of strings, and never meant as one.
    if isinstance(values, str):
        raise TypeError(f"{name} must be a sequence of strings, not a string")
    return None if values is None else list(values)


def _given(limits: Optional[Limits]) -> Optional[Dict[str, int]]:
    if limits is None:
        return None
    return {name: value for name, value in asdict(limits).items() if value is not None}


def _as_files(files: Optional[FilesLike]) -> Iterable[InputFile]:
    if files is None:
        return ()
    if isinstance(files, Mapping):
        return (InputFile(path, content) for path, content in files.items())
    return files


def _encoded(file: InputFile) -> Dict[str, Any]:
    encoded: Dict[str, Any] = {"path": file.path}
    text = _as_text(file.content)
    if text is None:
        encoded["content"] = base64.b64encode(file.content).decode()  # type: ignore[arg-type]
        encoded["encoding"] = "base64"
    else:
        encoded["content"] = text
    if file.executable:
        encoded["executable"] = True
    return encoded


def _as_text(content: Union[str, bytes]) -> Optional[str]:
    if isinstance(content, str):
        return content
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
