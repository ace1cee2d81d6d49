"""One HTTP call: its request, its time, and the errors that httpx's stand for."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Mapping, Optional, TypeVar
from urllib.parse import urlsplit

import httpx

from ._errors import BroodError, TransportError, error_from_answer
from ._events import invalid_response
from ._request import Job

T = TypeVar("T")

DEFAULT_URL = "http://127.0.0.1:8080"
VERSION = "0.1.0"

_CONNECT_SECONDS = 10.0

# A server that is asked for a stream breaks a silence of 14 s with a comment at the latest.
_SILENCE_SECONDS = 45.0

# Shorter than the server's own, so that it is this side that closes what is idle.
_IDLE_SECONDS = 30.0

_FOREVER_SECONDS = 1e9


@dataclass(frozen=True)
class Call:
    """A request, and how long its answer may take."""

    method: str
    path: str
    seconds: float
    body: Optional[bytes] = None
    headers: Mapping[str, str] = field(default_factory=dict)
    silence_seconds: float = _FOREVER_SECONDS

    @property
    def is_harmless(self) -> bool:
        return self.method == "GET"

    def timeout(self, remaining_seconds: float) -> httpx.Timeout:
        return httpx.Timeout(remaining_seconds, connect=min(_CONNECT_SECONDS, remaining_seconds),
                             read=min(self.silence_seconds, remaining_seconds))


def look_up(path: str, seconds: Optional[float]) -> Call:
    return Call("GET", path, 30.0 if seconds is None else seconds)


def execution(job: Job, seconds: Optional[float]) -> Call:
    return Call("POST", "/v1/execute", job.answer_seconds() if seconds is None else seconds,
                job.body(), {"Content-Type": "application/json"})


def streaming(job: Job, seconds: Optional[float]) -> Call:
    return Call("POST", "/v1/execute", _FOREVER_SECONDS if seconds is None else seconds, job.body(),
                {"Content-Type": "application/json", "Accept": "text/event-stream"},
                _SILENCE_SECONDS)


def client_options(url: Optional[str], api_key: Optional[str],
                   max_connections: int) -> Dict[str, Any]:
    """Arguments of an httpx client, from those of ours and the environment."""
    base_url = url or os.environ.get("BROOD_URL") or DEFAULT_URL
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"url must be http://host:port or https://host:port, got {base_url!r}")
    headers = {"User-Agent": f"brood-python/{VERSION}"}
    key = (os.environ.get("BROOD_API_KEY", "") if api_key is None else api_key).strip()
    if key:
        headers["Authorization"] = f"Bearer {key}"
    limits = httpx.Limits(max_connections=max_connections,
                          max_keepalive_connections=max_connections,
                          keepalive_expiry=_IDLE_SECONDS)
    # A proxy of the environment never leads to this machine.
    is_here = parts.hostname in ("localhost", "::1") or parts.hostname.startswith("127.")
    return {"base_url": base_url, "headers": headers, "limits": limits, "trust_env": not is_here,
            "follow_redirects": False}


def transport_error(error: httpx.HTTPError, call: Call) -> TransportError:
    """The error of ours that one of httpx's stands for."""
    said = str(error) or type(error).__name__
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return TransportError("connect_failed", said)
    if isinstance(error, httpx.PoolTimeout):
        return TransportError("no_answer_in_time", "all connections stayed in use")
    may_have_run = not call.is_harmless
    if isinstance(error, httpx.TimeoutException):
        return TransportError("no_answer_in_time", said, may_have_run=may_have_run)
    return TransportError("connection_lost", said, may_have_run=may_have_run)


@dataclass(frozen=True)
class Answer:
    """An answer that is there as a whole."""

    status: int
    body: bytes
    retry_after: Optional[float]

    @classmethod
    def of(cls, response: httpx.Response, body: bytes) -> Answer:
        return cls(response.status_code, body, _retry_after_of(response))

    def error(self) -> BroodError:
        """The error that this answer stands for, if it is none that was wanted."""
        return error_from_answer(self._json(), self.status, self.retry_after)

    def checked(self, call: Call) -> Answer:
        """The answer itself, unless it refuses a job; other calls' answers have their readers."""
        if not call.is_harmless and not is_success(self.status, None):
            raise self.error()
        return self

    def read(self, reader: Callable[[Any], T],
             accepts: Callable[[int, Any], bool] = lambda status, told: status == 200) -> T:
        """The value that `reader` makes of it; raises the error of any other answer."""
        told = self._json()
        if not accepts(self.status, told):
            raise self.error()
        try:
            return reader(told)
        except (KeyError, TypeError, ValueError) as problem:
            raise invalid_response(problem) from problem

    def content(self) -> bytes:
        """The bytes themselves, of a file; raises the error of any other answer."""
        if self.status != 200:
            raise self.error()
        return self.body

    def _json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def _retry_after_of(response: httpx.Response) -> Optional[float]:
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < _FOREVER_SECONDS else None


def is_success(status: int, told: Any) -> bool:
    """Sessions also answer 201, 204 and 206."""
    return 200 <= status < 300


def is_health(status: int, told: Any) -> bool:
    """Lost isolation is a 503 that still tells the health."""
    return status == 200 or (status == 503 and isinstance(told, Mapping) and "isolation" in told)


def is_readiness(status: int, told: Any) -> bool:
    """Every 503 of Brood's own says "not ready"."""
    return status == 200 or (status == 503 and isinstance(told, Mapping) and "error" in told)
