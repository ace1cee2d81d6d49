"""The client for asyncio and trio."""

from __future__ import annotations

from types import TracebackType
from typing import (TYPE_CHECKING, AsyncIterator, Awaitable, Callable, List, Mapping, Optional,
                    Tuple, Type, TypeVar)

import anyio
import httpx

from ._errors import BroodError
from ._events import Event, EventDecoder, ExitReader, job_exit
from ._request import Job, JobOptions
from ._results import Result, result_from
from ._retry import Attempts
from ._service import Health, Runtime, health_from, runtimes_from
from . import _session_calls as calls
from ._async_session import AsyncSession
from ._session_calls import SessionOptions, opening
from ._session_results import SessionInfo, page_from, session_from
from ._transport import (Answer, Call, client_options, execution, is_health, is_readiness,
                         is_success, look_up, streaming, transport_error)

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")
Opened = Tuple[httpx.Response, Attempts]


class AsyncBrood:
    """As Brood, with coroutines; tasks of one event loop may share it. A task that is cancelled
    closes its connection, which cancels its job.

    Arguments are those of Brood.
    """

    def __init__(self, url: Optional[str] = None, *, api_key: Optional[str] = None,
                 timeout: Optional[float] = None, max_retries: int = 2,
                 max_connections: int = 100) -> None:
        self._http = httpx.AsyncClient(**client_options(url, api_key, max_connections))
        self._timeout = timeout
        self._max_retries = max_retries

    async def execute(self, code: str, language: str = "python", *,
                      timeout: Optional[float] = None, **options: Unpack[JobOptions]) -> Result:
        """Runs one job and returns its result; arguments and errors are those of Brood's."""
        call = execution(Job(code, language, **options), self._seconds(timeout))
        return (await self._answer(call)).read(result_from)

    def stream(self, code: str, language: str = "python", *, timeout: Optional[float] = None,
               **options: Unpack[JobOptions]) -> AsyncJobStream:
        """Runs one job whose output comes as events, for `async with` and `async for`.

        The job starts when the stream is entered or first iterated. Leaving it early cancels
        the job. The last event is an ExitEvent; a job that was lost raises ServerError."""
        call = streaming(Job(code, language, **options), self._seconds(timeout))
        return self._stream(call, job_exit)

    async def runtimes(self) -> Tuple[Runtime, ...]:
        """The languages that this server knows, with their profiles."""
        return (await self._answer(look_up("/v1/runtimes", self._timeout))).read(runtimes_from)

    async def health(self) -> Health:
        """Version, isolation, load and pools; lost isolation is a status, not an error."""
        answer = await self._answer(look_up("/health", self._timeout))
        return answer.read(health_from, is_health)

    async def ready(self) -> bool:
        """Whether every pool is filled and jobs are accepted."""
        answer = await self._answer(look_up("/ready", self._timeout))
        return answer.read(lambda told: answer.status == 200, is_readiness)

    async def open_session(self, language: Optional[str] = None,
                           **options: Unpack[SessionOptions]) -> AsyncSession:
        """Opens a sandbox that is kept; see Brood's. `async with` closes it at the end."""
        answer = await self._answer(opening(language, self._timeout, **options))
        return AsyncSession(self, answer.read(session_from, is_success))

    async def session(self, session_id: str) -> AsyncSession:
        """One that is open, by its id."""
        answer = await self._answer(calls.show(session_id, self._timeout))
        return AsyncSession(self, answer.read(session_from))

    async def sessions(self,
                       metadata: Optional[Mapping[str, str]] = None) -> AsyncIterator[SessionInfo]:
        """Those of this key's tenant that have all of these labels."""
        cursor: Optional[str] = ""
        while cursor is not None:
            answer = await self._answer(calls.listing(metadata, cursor, self._timeout))
            page = answer.read(page_from)
            for each in page.sessions:
                yield each
            cursor = page.next

    async def close(self) -> None:
        """Closes all connections; a job that still streams is cancelled."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncBrood:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]],
                        value: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close()

    def _stream(self, call: Call, exit_reader: ExitReader) -> AsyncJobStream:
        return AsyncJobStream(lambda: self._tried(call, self._open), call, exit_reader)

    def _seconds(self, timeout: Optional[float]) -> Optional[float]:
        return self._timeout if timeout is None else timeout

    async def _answer(self, call: Call) -> Answer:
        return await self._tried(call, self._fetch)

    async def _tried(self, call: Call, send: Callable[[Call, Attempts], Awaitable[T]]) -> T:
        attempts = Attempts(call.seconds, self._max_retries, call.is_harmless)
        while True:
            try:
                return await send(call, attempts)
            except BroodError as error:
                delay = attempts.delay_after(error)
            await anyio.sleep(delay)

    async def _fetch(self, call: Call, attempts: Attempts) -> Answer:
        response = await self._send(call, attempts)
        return (await self._whole(response, call, attempts)).checked(call)

    async def _open(self, call: Call, attempts: Attempts) -> Opened:
        """A stream that has begun; a refusal is raised."""
        response = await self._send(call, attempts)
        if response.status_code != 200:
            raise (await self._whole(response, call, attempts)).error()
        return response, attempts

    async def _send(self, call: Call, attempts: Attempts) -> httpx.Response:
        timeout = call.timeout(attempts.remaining_seconds())
        request = self._http.build_request(call.method, call.path, content=call.body,
                                           headers=call.headers, timeout=timeout)
        try:
            return await self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise transport_error(error, call) from error

    async def _whole(self, response: httpx.Response, call: Call, attempts: Attempts) -> Answer:
        pieces: List[bytes] = []
        try:
            async for piece in response.aiter_bytes():
                attempts.remaining_seconds()
                pieces.append(piece)
        except httpx.HTTPError as error:
            raise transport_error(error, call) from error
        finally:
            await response.aclose()
        return Answer.of(response, b"".join(pieces))


class AsyncJobStream:
    """A job's events, in order; see `AsyncBrood.stream()`. For one task at a time."""

    def __init__(self, opener: Callable[[], Awaitable[Opened]], call: Call,
                 exit_reader: ExitReader) -> None:
        self._opener = opener
        self._call = call
        self._exit_reader = exit_reader
        self._response: Optional[httpx.Response] = None
        self._events: Optional[AsyncIterator[Event]] = None
        self._is_closed = False

    async def __aenter__(self) -> AsyncJobStream:
        await self._open()
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]],
                        value: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close()

    def __aiter__(self) -> AsyncJobStream:
        return self

    async def __anext__(self) -> Event:
        if self._is_closed:
            raise StopAsyncIteration
        return await (await self._open()).__anext__()

    async def close(self) -> None:
        """Closes the connection; a job that still runs is cancelled."""
        self._is_closed = True
        if self._response is not None:
            await self._response.aclose()

    async def _open(self) -> AsyncIterator[Event]:
        if self._events is None:
            self._response, attempts = await self._opener()
            self._events = self._read(self._response, attempts)
        return self._events

    async def _read(self, response: httpx.Response, attempts: Attempts) -> AsyncIterator[Event]:
        decoder = EventDecoder(self._exit_reader)
        try:
            async for piece in response.aiter_bytes():
                attempts.remaining_seconds()
                for event in decoder.feed(piece):
                    yield event
            decoder.finish()
        except httpx.HTTPError as error:
            raise transport_error(error, self._call) from error
        finally:
            await response.aclose()
