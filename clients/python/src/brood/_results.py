"""Results of jobs, as the server's JSON tells them; members it may add later are ignored."""

from __future__ import annotations

import base64
from dataclasses import dataclass, fields
from typing import Any, Mapping, Optional, Tuple, Type, TypeVar

from ._errors import JobError

T = TypeVar("T")


def build(kind: Type[T], told: Mapping[str, Any], **converted: Any) -> T:
    """A dataclass from a JSON object whose members have the names of its fields."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{**{name: told[name] for name in names & told.keys()}, **converted})


def decoded(text: str, encoding: Optional[str]) -> bytes:
    """The bytes of a string of the answer."""
    return base64.b64decode(text) if encoding == "base64" else text.encode()


@dataclass(frozen=True)
class LimitHit:
    """The limit that decided a status; both numbers are in the limit's own unit."""

    name: str
    limit: int
    measured: int


@dataclass(frozen=True)
class Compile:
    """A compiler's run."""

    status: str
    exit_code: Optional[int]
    stdout: str
    stderr: str
    wall_us: int
    cpu_us: int
    cached: bool


@dataclass(frozen=True)
class RichResult:
    """One form of a value or picture; forms of one thing share their `object`."""

    mime: str
    data: bytes
    object: int

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")


@dataclass(frozen=True)
class CollectedFile:
    """A file that a job left and a pattern of `collect` named."""

    path: str
    content: bytes
    executable: bool

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True)
class SkippedFile:
    """A file that a pattern named and that was not taken."""

    path: str
    reason: str


@dataclass(frozen=True)
class Usage:
    """Consumption of a job, by the kernel's counters."""

    cpu_us: int
    wall_us: int
    peak_memory_bytes: int
    processes_peak: int
    processes_refused: int


@dataclass(frozen=True)
class Timing:
    """How a job started (`hot`, `warm`, `cold`), and how long each part took."""

    start: str
    warm_by: Optional[str]
    queue_us: int
    acquire_us: int
    run_us: int
    total_us: int


@dataclass(frozen=True)
class Isolation:
    """The protections that were in force, and those that were missing, with the reason."""

    level: str
    tier: str
    layers: Tuple[str, ...]
    missing: Tuple[str, ...]


@dataclass(frozen=True)
class AllowedHost:
    """A host that a job has reached."""

    host: str
    port: int
    connections: int
    up_bytes: int
    down_bytes: int


@dataclass(frozen=True)
class DeniedHost:
    """A host that a job was refused, and the entry or setting that decided."""

    host: str
    port: int
    reason: str
    rule: str
    count: int


@dataclass(frozen=True)
class Egress:
    """The hosts that a job with network has reached, and those it was refused."""

    allowed: Tuple[AllowedHost, ...]
    denied: Tuple[DeniedHost, ...]
    unlisted: int
    lost: bool


@dataclass(frozen=True)
class Outcome:
    """How a job ended: everything of a result but its output, rich results and files."""

    id: str
    status: str
    exit_code: Optional[int]
    signal: Optional[str]
    stdout_truncated: bool
    stderr_truncated: bool
    results_truncated: bool
    files_skipped: Tuple[SkippedFile, ...]
    files_skipped_total: int
    usage: Usage
    timing: Timing
    isolation: Isolation
    language: str
    version: str
    message: Optional[str] = None
    limit: Optional[LimitHit] = None
    denied_syscall: Optional[str] = None
    compile: Optional[Compile] = None
    egress: Optional[Egress] = None

    @property
    def ok(self) -> bool:
        """Whether the job ended with exit code 0."""
        return self.status == "ok"


@dataclass(frozen=True)
class Result(Outcome):
    """A job's whole result. The streams' exact bytes are kept; as text they are UTF-8 in which
    what is none stands as U+FFFD."""

    stdout_bytes: bytes = b""
    stderr_bytes: bytes = b""
    results: Tuple[RichResult, ...] = ()
    files: Tuple[CollectedFile, ...] = ()

    @property
    def stdout(self) -> str:
        return self.stdout_bytes.decode("utf-8", "replace")

    @property
    def stderr(self) -> str:
        return self.stderr_bytes.decode("utf-8", "replace")

    def file(self, path: str) -> CollectedFile:
        """The collected file of this path; KeyError if there is none."""
        for file in self.files:
            if file.path == path:
                return file
        raise KeyError(path)

    def check(self) -> Result:
        """Returns the result itself if its status is `ok`, else raises JobError."""
        if not self.ok:
            raise JobError(self)
        return self


def rich_result_from(told: Mapping[str, Any]) -> RichResult:
    return RichResult(told["mime"], decoded(told["data"], told["encoding"]), told["object"])


def file_from(told: Mapping[str, Any]) -> CollectedFile:
    return CollectedFile(told["path"], decoded(told["content"], told["encoding"]),
                         told["executable"])


def isolation_from(told: Mapping[str, Any]) -> Isolation:
    return build(Isolation, told, layers=tuple(told["layers"]), missing=tuple(told["missing"]))


def _stream_from(told: Mapping[str, Any], name: str) -> bytes:
    return decoded(told[name], told.get(name + "_encoding"))


def _compile_from(told: Mapping[str, Any]) -> Compile:
    streams = {name: _stream_from(told, name).decode("utf-8", "replace")
               for name in ("stdout", "stderr")}
    return build(Compile, told, **streams)


def _egress_from(told: Mapping[str, Any]) -> Egress:
    return build(Egress, told,
                 allowed=tuple(build(AllowedHost, each) for each in told["allowed"]),
                 denied=tuple(build(DeniedHost, each) for each in told["denied"]))


def _parts_from(told: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "files_skipped": tuple(build(SkippedFile, each) for each in told["files_skipped"]),
        "usage": build(Usage, told["usage"]),
        "timing": build(Timing, told["timing"]),
        "isolation": isolation_from(told["isolation"])}
    if "limit" in told:
        parts["limit"] = build(LimitHit, told["limit"])
    if "compile" in told:
        parts["compile"] = _compile_from(told["compile"])
    if "egress" in told:
        parts["egress"] = _egress_from(told["egress"])
    return parts


def outcome_from(told: Mapping[str, Any]) -> Outcome:
    return build(Outcome, told, **_parts_from(told))


def result_from(told: Mapping[str, Any]) -> Result:
    return build(Result, told, **_parts_from(told),
                 stdout_bytes=_stream_from(told, "stdout"),
                 stderr_bytes=_stream_from(told, "stderr"),
                 results=tuple(rich_result_from(each) for each in told["results"]),
                 files=tuple(file_from(each) for each in told["files"]))
