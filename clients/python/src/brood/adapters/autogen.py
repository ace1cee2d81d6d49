"""A code executor for AutoGen.

    from brood.adapters.autogen import BroodCodeExecutor

    executor_agent = CodeExecutorAgent("executor", code_executor=BroodCodeExecutor())

As with AutoGen's own executors for the command line, each block is a process of its own, which
finds the files of those before it; `restart()` forgets them.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Dict, List, Optional

from autogen_core import CancellationToken, Component
from autogen_core.code_executor import CodeBlock, CodeExecutor, CodeResult
from pydantic import BaseModel
from typing_extensions import Self

from .._async_client import AsyncBrood
from .._workspace import AsyncWorkspace

# The program that runs a block, and the ending of its file.
_RUNNERS: Dict[str, List[str]] = {
    "python": ["python3", "py"], "py": ["python3", "py"], "python3": ["python3", "py"],
    "bash": ["bash", "sh"], "shell": ["bash", "sh"], "sh": ["sh", "sh"],
    "javascript": ["node", "js"], "js": ["node", "js"],
}


class BroodCodeExecutorConfig(BaseModel):
    """Serialized form; the key is left to the environment."""

    url: Optional[str] = None
    timeout: float = 60.0


class BroodCodeExecutor(CodeExecutor, Component[BroodCodeExecutorConfig]):
    """Runs blocks of Python, JavaScript and shell, all of an executor's in one workspace."""

    component_config_schema = BroodCodeExecutorConfig
    component_provider_override = "brood.adapters.autogen.BroodCodeExecutor"

    def __init__(self, url: Optional[str] = None, *, api_key: Optional[str] = None,
                 timeout: float = 60.0) -> None:
        """`timeout` is that of one block, in seconds."""
        self._url = url
        self._api_key = api_key
        self._timeout = timeout
        self._client: Optional[AsyncBrood] = None
        self._workspace: Optional[AsyncWorkspace] = None
        self._numbers = itertools.count()

    async def execute_code_blocks(self, code_blocks: List[CodeBlock],
                                  cancellation_token: CancellationToken) -> CodeResult:
        """Runs blocks in turn, up to the first that fails."""
        if not code_blocks:
            raise ValueError("no code blocks to execute")
        output = ""
        code = 0
        for block in code_blocks:
            running = asyncio.ensure_future(self._run(block))
            cancellation_token.link_future(running)
            result = await running
            output += result.output
            code = result.exit_code
            if code != 0:
                break
        return CodeResult(code, output)

    async def _run(self, block: CodeBlock) -> CodeResult:
        language = block.language.lower()
        if language not in _RUNNERS:
            return CodeResult(1, f"unknown language {block.language}\n")
        program, ending = _RUNNERS[language]
        name = f"block_{next(self._numbers)}.{ending}"
        workspace = self._opened()
        await workspace.write({name: block.code})
        result = await workspace.run(f"exec {program} {name}", merge_output=True)
        if result.exit_code is None:
            why = result.message or result.signal
            return CodeResult(1, f"{result.stdout}\n[{result.status}: {why}]\n")
        return CodeResult(result.exit_code, result.stdout)

    def _opened(self) -> AsyncWorkspace:
        if self._workspace is None:
            self._client = AsyncBrood(self._url, api_key=self._api_key)
            self._workspace = AsyncWorkspace(self._client, timeout=self._timeout)
        return self._workspace

    async def start(self) -> None:
        """Nothing is needed before the first block."""

    async def stop(self) -> None:
        """Forgets the files and closes the connections."""
        if self._client is not None:
            await self._client.close()
        self._client = self._workspace = None

    async def restart(self) -> None:
        """Forgets the files."""
        if self._workspace is not None:
            self._workspace.clear()

    def _to_config(self) -> BroodCodeExecutorConfig:
        return BroodCodeExecutorConfig(url=self._url, timeout=self._timeout)

    @classmethod
    def _from_config(cls, config: BroodCodeExecutorConfig) -> Self:
        return cls(config.url, timeout=config.timeout)
