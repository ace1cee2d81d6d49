"""Errors, told apart by what a caller can do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional

if TYPE_CHECKING:
    from ._results import Result

# No job has begun behind these, and the same request may be taken a little later.
BUSY_CODES = frozenset({"overloaded", "queue_timeout", "unavailable", "sandbox_unavailable"})

# These are 5xx as well, but nothing ran.
_NOTHING_RAN_CODES = BUSY_CODES | {
    "isolation_lost", "not_implemented", "http_version_not_supported"}


class BroodError(Exception):
    """Base of all errors of this package.

    Attributes:
        code: Stable, for programs; the server's own (docs/http-api.md) or one of this client's:
            `connect_failed`, `connection_lost`, `no_answer_in_time`, `invalid_response`,
            `unexpected_status`, `job_failed`, `workspace_unwritable`,
            `workspace_unreadable`.
        message: For people.
        field: The JSON path of the offending field, such as `limits.wall_time_ms`.
        status: The HTTP status, or None where there was none.
        retry_after: Seconds after which the server says to try again.
        may_have_run: Whether the job can have begun, so that to repeat it may run it twice.
    """

    def __init__(self, code: str, message: str, *, field: Optional[str] = None,
                 status: Optional[int] = None, retry_after: Optional[float] = None,
                 may_have_run: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.field = field
        self.status = status
        self.retry_after = retry_after
        self.may_have_run = may_have_run

    def __reduce__(self) -> Any:
        # Exceptions are pickled by their arguments, which here are keywords in part.
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[BroodError], args: tuple[Any, ...], state: dict[str, Any]) -> BroodError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class RefusedError(BroodError):
    """The request is wrong and will be refused again; `field` says where."""


class AccessError(RefusedError):
    """The key is missing or wrong (401), or may not do this (403)."""


class BusyError(BroodError):
    """The server takes no job at the moment: its queue is full, or a quota is used up."""


class ServerError(BroodError):
    """The server failed, or the job was lost; look at `may_have_run` before trying again."""


class TransportError(BroodError):
    """There was no whole answer: not connected, connection lost, or too late."""


class WorkspaceError(BroodError):
    """A Workspace's files could not be written, or what a job left of them cannot be read."""


class JobError(BroodError):
    """Raised by `Result.check()`: the job ran, but its status is not `ok`."""

    def __init__(self, result: Result) -> None:
        said = result.message or result.stderr.strip()[-500:] or f"exit code {result.exit_code}"
        super().__init__("job_failed", f"{result.status}: {said}", may_have_run=True)
        self.result = result


def error_from_answer(body: Any, status: Optional[int],
                      retry_after: Optional[float] = None) -> BroodError:
    """The error that an answer stands for; `status` is None inside of a stream."""
    told: Any = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(told.get("code"), str):
        code, message, field = "unexpected_status", f"an answer of HTTP status {status}", None
    else:
        code, message, field = told["code"], str(told.get("message", "")), told.get("field")
    may_have_run = (status is None or status >= 500) and code not in _NOTHING_RAN_CODES
    return _kind_of(code, status)(code, message, field=field, status=status,
                                  retry_after=retry_after, may_have_run=may_have_run)


def _kind_of(code: str, status: Optional[int]) -> type[BroodError]:
    if status == 429 or code in BUSY_CODES:
        return BusyError
    if status is None or status >= 500:
        return ServerError
    # A page's foreign origin is a 403 as well, but no question of keys.
    if status in (401, 403) and code != "origin_not_allowed":
        return AccessError
    return RefusedError
