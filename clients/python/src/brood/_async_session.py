"""A session of asyncio and trio."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence, Tuple, Type, Union

from . import _session_calls as calls
from ._events import cell_exit, command_exit
from ._session_results import (CellResult, CommandInfo, CommandResult, ContextInfo, FileInfo,
                               SessionInfo, cell_result_from, command_result_from, commands_from,
                               context_from, contexts_from, file_info_from, files_from,
                               session_from, started_from)
from ._transport import Answer, Call, is_success

if TYPE_CHECKING:
    from ._async_client import AsyncBrood, AsyncJobStream

Argv = Union[str, Sequence[str]]


class AsyncSession:
    """A sandbox that is kept, with interpreters whose state one cell leaves to the next. Got from
    `AsyncBrood.open_session()` or `.session()`; `async with` closes it.

    Attributes:
        id: By which it is found again.
        info: As it was when this object was made; `refresh()` looks again.
    """

    def __init__(self, client: AsyncBrood, info: SessionInfo) -> None:
        self._client = client
        self.info = info
        self.id = info.id

    async def execute(self, code: str, *, context: Optional[str] = None,
                      language: Optional[str] = None, stdin: Optional[str] = None,
                      timeout_ms: Optional[int] = None, env: Optional[Mapping[str, str]] = None,
                      rich: bool = False, detach: bool = False,
                      timeout: Optional[float] = None) -> CellResult:
        """Runs one cell and returns its result, however it ended.

        `context` is one of `contexts()`, else the default one of `language`. Over `timeout_ms` the
        cell is interrupted; `timeout` is this call's own, in seconds. With `rich` values and
        pictures come as `results`. A call that is given up interrupts its cell, unless `detach`."""
        call = self._cell(False, timeout, code, context, language, stdin, timeout_ms, env, rich,
                          detach)
        return (await self._client._answer(call)).read(cell_result_from)

    def stream(self, code: str, *, context: Optional[str] = None, language: Optional[str] = None,
               stdin: Optional[str] = None, timeout_ms: Optional[int] = None,
               env: Optional[Mapping[str, str]] = None, rich: bool = False, detach: bool = False,
               timeout: Optional[float] = None) -> AsyncJobStream:
        """As `execute()`, with output as events; the last is an ExitEvent with a CellOutcome."""
        call = self._cell(True, timeout, code, context, language, stdin, timeout_ms, env, rich,
                          detach)
        return self._client._stream(call, cell_exit)

    def _cell(self, as_events: bool, timeout: Optional[float], code: str, context: Optional[str],
              language: Optional[str], stdin: Optional[str], timeout_ms: Optional[int],
              env: Optional[Mapping[str, str]], rich: bool, detach: bool) -> Call:
        return calls.cell(self.id, self._client._seconds(timeout), as_events, code=code,
                          context=context, language=language, stdin=stdin, timeout_ms=timeout_ms,
                          env=env, rich=rich or None, detach=detach or None)

    async def contexts(self) -> Tuple[ContextInfo, ...]:
        """Its interpreters."""
        return (await self._look("contexts")).read(contexts_from)

    async def open_context(self, language: Optional[str] = None, *, name: Optional[str] = None,
                           cwd: Optional[str] = None) -> ContextInfo:
        """One more interpreter."""
        answer = await self._act("POST", "contexts", language=language, name=name, cwd=cwd)
        return answer.read(context_from, is_success)

    async def close_context(self, context: str) -> None:
        await self._act("DELETE", "contexts", context)

    async def interrupt(self, context: str) -> None:
        """As Ctrl-C does."""
        await self._act("POST", "contexts", context, "interrupt")

    async def restart(self, context: str) -> ContextInfo:
        """Replaces its interpreter by a new one."""
        answer = await self._act("POST", "contexts", context, "restart")
        return answer.read(context_from, is_success)

    async def run(self, command: Argv, *, cwd: Optional[str] = None,
                  env: Optional[Mapping[str, str]] = None, stdin: Optional[str] = None,
                  timeout_ms: Optional[int] = None, tag: Optional[str] = None,
                  timeout: Optional[float] = None) -> CommandResult:
        """Runs a command to its end: arguments, or a line for bash."""
        call = calls.command(self.id, self._client._seconds(timeout), False, command, cwd=cwd,
                             env=env, stdin=stdin, timeout_ms=timeout_ms, tag=tag)
        return (await self._client._answer(call)).read(command_result_from)

    async def start(self, command: Argv, *, cwd: Optional[str] = None,
                    env: Optional[Mapping[str, str]] = None, stdin: Optional[str] = None,
                    keep_stdin_open: bool = False, tty: Optional[Tuple[int, int]] = None,
                    timeout_ms: Optional[int] = None, tag: Optional[str] = None) -> CommandInfo:
        """Starts a command that goes on in the background; `tty` is its terminal's rows and
        columns. `follow()` tells what it writes."""
        size = None if tty is None else {"rows": tty[0], "cols": tty[1]}
        call = calls.command(self.id, self._client._seconds(None), False, command, cwd=cwd, env=env,
                             stdin=stdin, keep_stdin_open=keep_stdin_open or None, tty=size,
                             timeout_ms=timeout_ms, tag=tag, background=True)
        return (await self._client._answer(call)).read(started_from, is_success)

    async def commands(self) -> Tuple[CommandInfo, ...]:
        """Those that run, and the latest that have ended."""
        return (await self._look("commands")).read(commands_from)

    def follow(self, command: str, *, timeout: Optional[float] = None) -> AsyncJobStream:
        """Events of what a command has written of late, and then of what it writes; the last is a
        CommandExitEvent."""
        call = calls.follow(self.id, command, self._client._seconds(timeout))
        return self._client._stream(call, command_exit)

    async def send_input(self, command: str, text: str, *, close: bool = False) -> None:
        """Writes to the standard input of one that was started to `keep_stdin_open`."""
        await self._act("POST", "commands", command, "stdin", data=text, close=close)

    async def signal(self, command: str, name: str) -> None:
        """Sends a signal such as SIGINT to its process group."""
        await self._act("POST", "commands", command, "signal", signal=name)

    async def kill(self, command: str) -> None:
        await self._act("DELETE", "commands", command)

    async def read_file(self, path: str) -> bytes:
        """A path without a slash at its beginning begins at /workspace, here and below."""
        call = calls.read_file(self.id, path, self._client._timeout)
        return (await self._client._answer(call)).content()

    async def write_file(self, path: str, content: Union[str, bytes], *, append: bool = False,
                         mode: Optional[int] = None) -> FileInfo:
        """Folders are made as needed."""
        call = calls.write_file(self.id, path, content, append, mode, self._client._timeout)
        return (await self._client._answer(call)).read(file_info_from)

    async def list_files(self, path: str = "", *, depth: int = 1) -> Tuple[FileInfo, ...]:
        call = calls.read_file(self.id, path, self._client._timeout, f"?list&depth={depth}")
        return (await self._client._answer(call)).read(files_from)

    async def stat(self, path: str) -> FileInfo:
        call = calls.read_file(self.id, path, self._client._timeout, "?stat")
        return (await self._client._answer(call)).read(file_info_from)

    async def make_folder(self, path: str) -> None:
        await self._change("POST", path, "?mkdir")

    async def move(self, path: str, target: str) -> None:
        await self._change("POST", path, calls.moved_to(target))

    async def remove(self, path: str) -> None:
        """A folder with all that is in it."""
        await self._change("DELETE", path)

    async def pause(self) -> None:
        """Freezes all that runs in it."""
        await self._act("POST", "pause")

    async def resume(self) -> None:
        await self._act("POST", "resume")

    async def update(self, *, ttl_ms: Optional[int] = None, idle_timeout_ms: Optional[int] = None,
                     metadata: Optional[Mapping[str, str]] = None) -> SessionInfo:
        """Changes what is given; all else stays as it is."""
        answer = await self._act("PATCH", ttl_ms=ttl_ms, idle_timeout_ms=idle_timeout_ms,
                           metadata=metadata)
        self.info = answer.read(session_from)
        return self.info

    async def refresh(self) -> SessionInfo:
        """Looks what it is now."""
        self.info = (await self._look()).read(session_from)
        return self.info

    async def close(self) -> None:
        """Ends it, and all that runs in it."""
        await self._act("DELETE")

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                       trace: Optional[TracebackType]) -> None:
        await self.close()

    async def _look(self, *parts: str) -> Answer:
        call = calls.show(self.id, self._client._timeout, *parts)
        return await self._client._answer(call)

    async def _act(self, method: str, *parts: str, **members: Any) -> Answer:
        call = calls.act(method, self.id, self._client._timeout, *parts, **members)
        return await self._client._answer(call)

    async def _change(self, method: str, path: str, query: str = "") -> None:
        call = calls.change_file(method, self.id, path, self._client._timeout, query)
        await self._client._answer(call)
