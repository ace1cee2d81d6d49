"""A toolset for Pydantic AI.

    from brood.adapters.pydantic_ai import code_toolset

    agent = Agent(model, toolsets=[code_toolset()])
"""

from __future__ import annotations

from typing import Any, Optional

from pydantic_ai import FunctionToolset, ModelRetry, Tool

from .._async_client import AsyncBrood
from .._errors import RefusedError
from .._request import Limits
from ._text import DESCRIPTION, told


def code_toolset(client: Optional[AsyncBrood] = None, *, language: str = "python",
                 profile: Optional[str] = None, limits: Optional[Limits] = None,
                 max_characters: int = 20_000, name: str = "run_code") -> FunctionToolset[Any]:
    """A toolset with one tool, which runs programs of one language."""

    async def run_code(code: str) -> str:
        """Runs a program.

        Args:
            code: The whole program.
        """
        # Without a client of the caller's each call has its own: an event loop's end does not
        # leave connections behind.
        used = client or AsyncBrood()
        try:
            result = await used.execute(code, language, profile=profile, limits=limits)
        except RefusedError as error:
            # The model can mend its program, such as one with NUL in it.
            raise ModelRetry(str(error)) from error
        finally:
            if used is not client:
                await used.close()
        return told(result, max_characters)

    description = f"{DESCRIPTION} The language is {language}."
    return FunctionToolset([Tool(run_code, name=name, description=description)])
