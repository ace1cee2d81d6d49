"""Sessions and what is in them, as the server's JSON tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

from ._results import (Isolation, Outcome, Result, _parts_from, build, decoded, file_from,
                       isolation_from, result_from, rich_result_from)


@dataclass(frozen=True)
class ContextInfo:
    """An interpreter with a state of its own; `state` is `idle`, `busy` or `lost`."""

    id: str
    language: str
    state: str
    cells: int
    waiting: int
    is_default: bool


@dataclass(frozen=True)
class CommandInfo:
    """A process that was started in a session."""

    id: str
    argv: Tuple[str, ...]
    running: bool
    exit_code: Optional[int]
    signal: Optional[str]
    tag: str
    started_unix_ms: int


@dataclass(frozen=True)
class SessionUsage:
    """Memory now, and CPU time so far."""

    memory_bytes: int
    cpu_us: int


@dataclass(frozen=True)
class SessionInfo:
    """A session as it was when it was looked at; `state` is `running`, `paused` or `closed`."""

    id: str
    language: str
    profile: str
    state: str
    created_unix_ms: int
    expires_unix_ms: int
    ttl_ms: int
    idle_timeout_ms: int
    metadata: Mapping[str, str]
    contexts: Tuple[ContextInfo, ...]
    commands: Tuple[CommandInfo, ...]
    usage: SessionUsage
    limits: Mapping[str, int]
    start: str
    isolation: Isolation


@dataclass(frozen=True)
class SessionPage:
    """Some of the sessions; `next` asks for those behind them."""

    sessions: Tuple[SessionInfo, ...]
    next: Optional[str]


@dataclass(frozen=True)
class CellError:
    """The exception that ended a cell, as its interpreter tells it."""

    name: str
    value: str
    traceback: Tuple[str, ...]


@dataclass(frozen=True)
class ContextOutcome:
    """Where a cell ran. `state` is `kept`, or `lost`: the next cell gets a new interpreter; `new`:
    this one was the first of such."""

    id: str
    state: str
    new: bool


_NOWHERE = ContextOutcome("", "kept", False)


@dataclass(frozen=True)
class CellOutcome(Outcome):
    """How a cell ended: a job's outcome, and what a context adds."""

    execution_count: int = 0
    context: ContextOutcome = _NOWHERE
    covers: str = ""
    error: Optional[CellError] = None
    late_output_bytes: bytes = b""


@dataclass(frozen=True)
class CellResult(Result):
    """A cell's whole result. `late_output_bytes` is what the context wrote between the cell before
    and this one; `covers` says whose figures `usage` has, the context's or the session's."""

    execution_count: int = 0
    context: ContextOutcome = _NOWHERE
    covers: str = ""
    error: Optional[CellError] = None
    late_output_bytes: bytes = b""

    @property
    def late_output(self) -> str:
        return self.late_output_bytes.decode("utf-8", "replace")

    def check(self) -> CellResult:
        """Returns the result itself if its status is `ok`, else raises JobError."""
        super().check()
        return self


@dataclass(frozen=True)
class CommandResult:
    """A command that was waited for, and how it ended."""

    command: CommandInfo
    result: Result


@dataclass(frozen=True)
class FileInfo:
    """A file or a folder; `type` is `file`, `directory`, `symlink` or `other`."""

    path: str
    type: str
    size: int
    mode: int
    modified_unix_ms: int
    owner: str
    group: str
    target: Optional[str] = None


def context_from(told: Mapping[str, Any]) -> ContextInfo:
    return build(ContextInfo, told)


def contexts_from(told: Mapping[str, Any]) -> Tuple[ContextInfo, ...]:
    return tuple(context_from(each) for each in told["contexts"])


def command_from(told: Mapping[str, Any]) -> CommandInfo:
    return build(CommandInfo, told, argv=tuple(told["argv"]))


def commands_from(told: Mapping[str, Any]) -> Tuple[CommandInfo, ...]:
    return tuple(command_from(each) for each in told["commands"])


def started_from(told: Mapping[str, Any]) -> CommandInfo:
    return command_from(told["command"])


def command_result_from(told: Mapping[str, Any]) -> CommandResult:
    return CommandResult(command_from(told["command"]), result_from(told["result"]))


def session_from(told: Mapping[str, Any]) -> SessionInfo:
    return build(SessionInfo, told, contexts=contexts_from(told), commands=commands_from(told),
                 usage=build(SessionUsage, told["usage"]),
                 isolation=isolation_from(told["isolation"]))


def page_from(told: Mapping[str, Any]) -> SessionPage:
    return SessionPage(tuple(session_from(each) for each in told["sessions"]), told["next"])


def file_info_from(told: Mapping[str, Any]) -> FileInfo:
    return build(FileInfo, told)


def files_from(told: Mapping[str, Any]) -> Tuple[FileInfo, ...]:
    return tuple(file_info_from(each) for each in told["files"])


def _cell_parts(told: Mapping[str, Any]) -> dict[str, Any]:
    parts = _parts_from(told)
    parts["context"] = build(ContextOutcome, told["context"])
    if "error" in told:
        parts["error"] = build(CellError, told["error"],
                               traceback=tuple(told["error"]["traceback"]))
    parts["late_output_bytes"] = decoded(told["late_output"], told.get("late_output_encoding"))
    return parts


def cell_outcome_from(told: Mapping[str, Any]) -> CellOutcome:
    return build(CellOutcome, told, **_cell_parts(told))


def cell_result_from(told: Mapping[str, Any]) -> CellResult:
    return build(CellResult, told, **_cell_parts(told),
                 stdout_bytes=decoded(told["stdout"], told.get("stdout_encoding")),
                 stderr_bytes=decoded(told["stderr"], told.get("stderr_encoding")),
                 results=tuple(rich_result_from(each) for each in told["results"]),
                 files=tuple(file_from(each) for each in told["files"]))
