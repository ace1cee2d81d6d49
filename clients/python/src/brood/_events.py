"""A job's events, and how they are read from the bytes of a stream."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Union

from ._errors import TransportError, error_from_answer
from ._results import (CollectedFile, Outcome, RichResult, decoded, file_from, outcome_from,
                       rich_result_from)
from ._session_results import CommandInfo, cell_outcome_from, command_from


@dataclass(frozen=True)
class StartEvent:
    """The job has a worker; `start` is `hot`, `warm` or `cold`."""

    id: str
    start: str


@dataclass(frozen=True)
class _OutputEvent:
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")


@dataclass(frozen=True)
class StdoutEvent(_OutputEvent):
    """A piece of standard output, cut between characters."""


@dataclass(frozen=True)
class StderrEvent(_OutputEvent):
    """A piece of standard error, cut between characters."""


@dataclass(frozen=True)
class ResultEvent:
    """A rich result, where the job showed it."""

    result: RichResult


@dataclass(frozen=True)
class FileEvent:
    """A collected file."""

    file: CollectedFile


@dataclass(frozen=True)
class ExitEvent:
    """The last event: how the job ended."""

    outcome: Outcome


@dataclass(frozen=True)
class CommandExitEvent:
    """The last event of a session's command: what it is now and, where this stream has started it
    and waited for it, how it ended."""

    command: CommandInfo
    outcome: Optional[Outcome]


Event = Union[StartEvent, StdoutEvent, StderrEvent, ResultEvent, FileEvent, ExitEvent,
              CommandExitEvent]
ExitReader = Callable[[Mapping[str, Any]], Event]


def job_exit(told: Mapping[str, Any]) -> Event:
    return ExitEvent(outcome_from(told))


def cell_exit(told: Mapping[str, Any]) -> Event:
    return ExitEvent(cell_outcome_from(told))


def command_exit(told: Mapping[str, Any]) -> Event:
    outcome = told["result"]
    return CommandExitEvent(command_from(told["command"]),
                            None if outcome is None else outcome_from(outcome))


def _output_of(told: Mapping[str, Any]) -> bytes:
    return decoded(told["data"], told.get("encoding"))


_MAKERS: Dict[str, Callable[[Mapping[str, Any]], Event]] = {
    "start": lambda told: StartEvent(told["id"], told["start"]),
    "stdout": lambda told: StdoutEvent(_output_of(told)),
    "stderr": lambda told: StderrEvent(_output_of(told)),
    "result": lambda told: ResultEvent(rich_result_from(told)),
    "file": lambda told: FileEvent(file_from(told)),
}


def invalid_response(problem: object, may_have_run: bool = True) -> TransportError:
    return TransportError("invalid_response", f"this is no answer of Brood's: {problem!r}",
                          may_have_run=may_have_run)


class EventDecoder:
    """Turns pieces of a stream, cut anywhere, into events. Names that are not known are passed
    over, as a later server may have more.

    Lines are split at line feeds alone: `str.splitlines()`, and httpx's `iter_lines()` with it,
    also splits at U+2028 and others, which JSON leaves as they are."""

    def __init__(self, exit_reader: ExitReader = job_exit) -> None:
        self._exit_reader = exit_reader
        self._buffer = bytearray()
        self._searched = 0
        self._name = ""
        self._data = b""
        self.has_ended = False

    def feed(self, piece: bytes) -> List[Event]:
        """The events that this piece completes; raises the error of an `error` event."""
        self._buffer += piece
        events: List[Event] = []
        while not self.has_ended:
            end = self._buffer.find(b"\n", self._searched)
            if end < 0:
                self._searched = len(self._buffer)
                return events
            line = bytes(self._buffer[:end]).rstrip(b"\r")
            del self._buffer[:end + 1]
            self._searched = 0
            event = self._take(line)
            if event is not None:
                events.append(event)
        return events

    def finish(self) -> None:
        """Says that the stream is over, which it may be only after its last event."""
        if not self.has_ended:
            raise TransportError("connection_lost", "the stream was cut before the job's end",
                                 may_have_run=True)

    def _take(self, line: bytes) -> Optional[Event]:
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value[1:] if value.startswith(b" ") else value
        if field == b"event":
            self._name = value.decode()
        elif field == b"data":
            self._data += value
        return None

    def _dispatch(self) -> Optional[Event]:
        name, data = self._name, self._data
        self._name, self._data = "", b""
        if name not in _MAKERS and name not in ("error", "exit"):
            return None
        try:
            told = json.loads(data)
            if name == "error":
                self.has_ended = True
                raise error_from_answer(told, None)
            event = self._exit_reader(told) if name == "exit" else _MAKERS[name](told)
        except (ValueError, KeyError, TypeError) as problem:
            raise invalid_response(problem) from problem
        self.has_ended = name == "exit"
        return event
