"""The client for programs without an event loop."""

from __future__ import annotations

import time
from types import TracebackType
from typing import (TYPE_CHECKING, Callable, Iterator, List, Mapping, Optional, Tuple, Type,
                    TypeVar)

import httpx

from ._errors import BroodError
from ._events import Event, EventDecoder, ExitReader, job_exit
from ._request import Job, JobOptions
from ._results import Result, result_from
from ._retry import Attempts
from ._service import Health, Runtime, health_from, runtimes_from
from . import _session_calls as calls
from ._session import Session
from ._session_calls import SessionOptions, opening
from ._session_results import SessionInfo, page_from, session_from
from ._transport import (Answer, Call, client_options, execution, is_health, is_readiness,
                         is_success, look_up, streaming, transport_error)

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")
Opened = Tuple[httpx.Response, Attempts]


class Brood:
    """A client of one Brood; connections are kept and used again. Threads may share it.

    Args:
        url: Where Brood listens; without it `BROOD_URL`, else http://127.0.0.1:8080.
        api_key: Sent as a bearer token; without it `BROOD_API_KEY`.
        timeout: Seconds that any call may take, tries and waits included. Without it a job's
            own wall limit and 90 s are taken (300 s and 90 s for a job without a limit), for
            streams there is no end, and for everything else 30 s.
        max_retries: How often a call is tried again where no job can have begun: after a failed
            connection, and after an answer that says "busy".
        max_connections: Calls beyond this number wait for a connection.
    """

    def __init__(self, url: Optional[str] = None, *, api_key: Optional[str] = None,
                 timeout: Optional[float] = None, max_retries: int = 2,
                 max_connections: int = 100) -> None:
        self._http = httpx.Client(**client_options(url, api_key, max_connections))
        self._timeout = timeout
        self._max_retries = max_retries

    def execute(self, code: str, language: str = "python", *, timeout: Optional[float] = None,
                **options: Unpack[JobOptions]) -> Result:
        """Runs one job and returns its result, however it ended: see `Result.status`.

        `language` is a name or an alias of `runtimes()`; `timeout` is this call's own, in
        seconds; JobOptions describes the other keywords: profile, stdin, args, env, files,
        collect, limits, rich, merge_output.

        Raises:
            RefusedError: The request is wrong.
            BusyError: The server takes no job now, and did not after the retries either.
            ServerError, TransportError: No whole answer; see `may_have_run`.
        """
        call = execution(Job(code, language, **options), self._seconds(timeout))
        return self._answer(call).read(result_from)

    def stream(self, code: str, language: str = "python", *, timeout: Optional[float] = None,
               **options: Unpack[JobOptions]) -> JobStream:
        """Runs one job whose output comes as events; arguments and errors as for `execute()`.

        The job starts when the stream is entered or first iterated. Leaving it early cancels
        the job. The last event is an ExitEvent; a job that was lost raises ServerError."""
        call = streaming(Job(code, language, **options), self._seconds(timeout))
        return self._stream(call, job_exit)

    def runtimes(self) -> Tuple[Runtime, ...]:
        """The languages that this server knows, with their profiles."""
        return self._answer(look_up("/v1/runtimes", self._timeout)).read(runtimes_from)

    def health(self) -> Health:
        """Version, isolation, load and pools; lost isolation is a status, not an error."""
        return self._answer(look_up("/health", self._timeout)).read(health_from, is_health)

    def ready(self) -> bool:
        """Whether every pool is filled and jobs are accepted."""
        answer = self._answer(look_up("/ready", self._timeout))
        return answer.read(lambda told: answer.status == 200, is_readiness)

    def open_session(self, language: Optional[str] = None,
                     **options: Unpack[SessionOptions]) -> Session:
        """Opens a sandbox that is kept; see SessionOptions. `with` closes it at the end.

        Raises:
            RefusedError: The request is wrong.
            BusyError: There is no room for one more, in all or for this tenant.
        """
        answer = self._answer(opening(language, self._timeout, **options))
        return Session(self, answer.read(session_from, is_success))

    def session(self, session_id: str) -> Session:
        """One that is open, by its id."""
        return Session(self, self._answer(calls.show(session_id, self._timeout)).read(session_from))

    def sessions(self, metadata: Optional[Mapping[str, str]] = None) -> Iterator[SessionInfo]:
        """Those of this key's tenant that have all of these labels."""
        cursor: Optional[str] = ""
        while cursor is not None:
            page = self._answer(calls.listing(metadata, cursor, self._timeout)).read(page_from)
            yield from page.sessions
            cursor = page.next

    def close(self) -> None:
        """Closes all connections; a job that still streams is cancelled."""
        self._http.close()

    def __enter__(self) -> Brood:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def _stream(self, call: Call, exit_reader: ExitReader) -> JobStream:
        return JobStream(lambda: self._tried(call, self._open), call, exit_reader)

    def _seconds(self, timeout: Optional[float]) -> Optional[float]:
        return self._timeout if timeout is None else timeout

    def _answer(self, call: Call) -> Answer:
        return self._tried(call, self._fetch)

    def _tried(self, call: Call, send: Callable[[Call, Attempts], T]) -> T:
        attempts = Attempts(call.seconds, self._max_retries, call.is_harmless)
        while True:
            try:
                return send(call, attempts)
            except BroodError as error:
                delay = attempts.delay_after(error)
            time.sleep(delay)

    def _fetch(self, call: Call, attempts: Attempts) -> Answer:
        return self._whole(self._send(call, attempts), call, attempts).checked(call)

    def _open(self, call: Call, attempts: Attempts) -> Opened:
        """A stream that has begun; a refusal is raised."""
        response = self._send(call, attempts)
        if response.status_code != 200:
            raise self._whole(response, call, attempts).error()
        return response, attempts

    def _send(self, call: Call, attempts: Attempts) -> httpx.Response:
        timeout = call.timeout(attempts.remaining_seconds())
        request = self._http.build_request(call.method, call.path, content=call.body,
                                           headers=call.headers, timeout=timeout)
        try:
            return self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise transport_error(error, call) from error

    def _whole(self, response: httpx.Response, call: Call, attempts: Attempts) -> Answer:
        pieces: List[bytes] = []
        try:
            for piece in response.iter_bytes():
                attempts.remaining_seconds()
                pieces.append(piece)
        except httpx.HTTPError as error:
            raise transport_error(error, call) from error
        finally:
            response.close()
        return Answer.of(response, b"".join(pieces))


class JobStream:
    """A job's events, in order; see `Brood.stream()`. For one thread at a time."""

    def __init__(self, opener: Callable[[], Opened], call: Call,
                 exit_reader: ExitReader) -> None:
        self._opener = opener
        self._call = call
        self._exit_reader = exit_reader
        self._response: Optional[httpx.Response] = None
        self._events: Optional[Iterator[Event]] = None
        self._is_closed = False

    def __enter__(self) -> JobStream:
        self._open()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __iter__(self) -> JobStream:
        return self

    def __next__(self) -> Event:
        if self._is_closed:
            raise StopIteration
        return next(self._open())

    def close(self) -> None:
        """Closes the connection; a job that still runs is cancelled."""
        self._is_closed = True
        if self._response is not None:
            self._response.close()

    def _open(self) -> Iterator[Event]:
        if self._events is None:
            self._response, attempts = self._opener()
            self._events = self._read(self._response, attempts)
        return self._events

    def _read(self, response: httpx.Response, attempts: Attempts) -> Iterator[Event]:
        decoder = EventDecoder(self._exit_reader)
        try:
            for piece in response.iter_bytes():
                attempts.remaining_seconds()
                yield from decoder.feed(piece)
            decoder.finish()
        except httpx.HTTPError as error:
            raise transport_error(error, self._call) from error
        finally:
            response.close()
