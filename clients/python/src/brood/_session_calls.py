"""The requests about sessions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Sequence, TypedDict, Union
from urllib.parse import quote, urlencode

from ._request import (LONGEST_WALL_SECONDS, MARGIN_SECONDS, FilesLike, Limits, _as_files,
                       _encoded, _given, _listed)
from ._transport import _FOREVER_SECONDS, _SILENCE_SECONDS, Call

if TYPE_CHECKING:
    from typing_extensions import Unpack

_JSON = {"Content-Type": "application/json"}
_EVENTS = {**_JSON, "Accept": "text/event-stream"}


class SessionOptions(TypedDict, total=False):
    """Keywords of `open_session()`; each may be left out or None.

    Keys:
        profile: The profile whose workers serve its contexts; without it `default`.
        env: Environment variables of all that runs in it.
        limits: Memory, processes and files of the whole session; times and output of each cell.
        files: Files that it begins with, as for `execute()`.
        network: As for `execute()`.
        metadata: Labels by which it is found.
        ttl_ms: How long it lives at most.
        idle_timeout_ms: How long it lives while nothing runs in it and nobody asks for it.
    """

    profile: Optional[str]
    env: Optional[Mapping[str, str]]
    limits: Optional[Limits]
    files: Optional[FilesLike]
    network: Union[bool, Sequence[str], None]
    metadata: Optional[Mapping[str, str]]
    ttl_ms: Optional[int]
    idle_timeout_ms: Optional[int]


def _body(**members: Any) -> bytes:
    given = {name: value for name, value in members.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()


def _path(session_id: str, *parts: str) -> str:
    return "/v1/sessions/" + "/".join(quote(part, safe="") for part in (session_id, *parts))


def _file_path(session_id: str, path: str, query: str = "") -> str:
    return f"{_path(session_id)}/files/{quote(path, safe='')}{query}"


def _seconds(seconds: Optional[float], otherwise: float = 30.0) -> float:
    return otherwise if seconds is None else seconds


def _run_seconds(seconds: Optional[float], timeout_ms: Optional[int]) -> float:
    wall = LONGEST_WALL_SECONDS if timeout_ms is None else timeout_ms / 1000
    return _seconds(seconds, wall + MARGIN_SECONDS)


def opening(language: Optional[str], seconds: Optional[float],
            **options: Unpack[SessionOptions]) -> Call:
    network = options.get("network")
    if network is not None and not isinstance(network, bool):
        allow: Any = {"allow": _listed("network", network)}
    else:
        allow = network
    files = [_encoded(file) for file in _as_files(options.get("files"))]
    body = _body(language=language, profile=options.get("profile"), env=options.get("env"),
                 limits=_given(options.get("limits")), files=files or None, network=allow,
                 metadata=options.get("metadata"), ttl_ms=options.get("ttl_ms"),
                 idle_timeout_ms=options.get("idle_timeout_ms"))
    return Call("POST", "/v1/sessions", _seconds(seconds, MARGIN_SECONDS), body, _JSON)


def listing(metadata: Optional[Mapping[str, str]], cursor: str,
            seconds: Optional[float]) -> Call:
    query = {f"metadata.{name}": value for name, value in (metadata or {}).items()}
    if cursor:
        query["cursor"] = cursor
    return Call("GET", "/v1/sessions" + ("?" + urlencode(query) if query else ""),
                _seconds(seconds))


def show(session_id: str, seconds: Optional[float], *parts: str) -> Call:
    return Call("GET", _path(session_id, *parts), _seconds(seconds))


def act(method: str, session_id: str, seconds: Optional[float], *parts: str,
        **members: Any) -> Call:
    """Something that is done at once, with a body where it has members."""
    body = _body(**members) if members else None
    return Call(method, _path(session_id, *parts), _seconds(seconds, MARGIN_SECONDS), body,
                _JSON if members else {})


def cell(session_id: str, seconds: Optional[float], as_events: bool,
         **members: Any) -> Call:
    timeout_ms = members.get("timeout_ms")
    path = _path(session_id, "execute")
    if as_events:
        return Call("POST", path, _seconds(seconds, _FOREVER_SECONDS), _body(**members), _EVENTS,
                    _SILENCE_SECONDS)
    return Call("POST", path, _run_seconds(seconds, timeout_ms), _body(**members), _JSON)


def command(session_id: str, seconds: Optional[float], as_events: bool,
            command: Union[str, Sequence[str]], **members: Any) -> Call:
    told: Dict[str, Any] = dict(members)
    if isinstance(command, str):
        told["command"] = command
    else:
        told["argv"] = list(command)
    path = _path(session_id, "commands")
    if as_events:
        return Call("POST", path, _seconds(seconds, _FOREVER_SECONDS), _body(**told), _EVENTS,
                    _SILENCE_SECONDS)
    return Call("POST", path, _run_seconds(seconds, members.get("timeout_ms")), _body(**told),
                _JSON)


def follow(session_id: str, command_id: str, seconds: Optional[float]) -> Call:
    return Call("GET", _path(session_id, "commands", command_id, "events"),
                _seconds(seconds, _FOREVER_SECONDS), None, {"Accept": "text/event-stream"},
                _SILENCE_SECONDS)


def read_file(session_id: str, path: str, seconds: Optional[float], query: str = "") -> Call:
    return Call("GET", _file_path(session_id, path, query), _seconds(seconds, MARGIN_SECONDS))


def write_file(session_id: str, path: str, content: Union[str, bytes], append: bool,
               mode: Optional[int], seconds: Optional[float]) -> Call:
    query = [word for word in ("append" if append else "",
                               "" if mode is None else f"mode={mode:o}") if word]
    body = content.encode() if isinstance(content, str) else content
    return Call("PUT", _file_path(session_id, path, "?" + "&".join(query) if query else ""),
                _seconds(seconds, MARGIN_SECONDS), body,
                {"Content-Type": "application/octet-stream"})


def change_file(method: str, session_id: str, path: str, seconds: Optional[float],
                query: str = "") -> Call:
    return Call(method, _file_path(session_id, path, query), _seconds(seconds, MARGIN_SECONDS))


def moved_to(target: str) -> str:
    return "?" + urlencode({"move": target})
