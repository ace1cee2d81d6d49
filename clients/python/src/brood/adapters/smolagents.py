"""A tool for smolagents' agents that call tools.

    from brood.adapters.smolagents import BroodTool

    agent = ToolCallingAgent(tools=[BroodTool()], model=model)

It stands where smolagents' own PythonInterpreterTool does, which keeps nothing between calls
either. A CodeAgent is not served: its executor must keep variables from step to step and call
tools of the agent's process, which takes a session.
"""

from __future__ import annotations

from typing import Any, Optional

from smolagents import Tool  # type: ignore[import-untyped]

from .._client import Brood
from .._request import Limits
from ._text import DESCRIPTION, told


class BroodTool(Tool):  # type: ignore[misc]
    """Runs Python, each program in a sandbox of its own."""

    name = "python_interpreter"
    description = DESCRIPTION
    inputs = {"code": {"type": "string", "description": "The whole program, in Python."}}
    output_type = "string"


    def __init__(self, client: Optional[Brood] = None, *, profile: Optional[str] = None,
                 limits: Optional[Limits] = None, max_characters: int = 20_000,
                 **options: Any) -> None:
        super().__init__(**options)
        self._client = client or Brood()
        self._profile = profile
        self._limits = limits
        self._max_characters = max_characters

    def forward(self, code: str) -> str:
        """Runs the program; what it printed, and how it ended if not well."""
        result = self._client.execute(code, profile=self._profile, limits=self._limits)
        return told(result, self._max_characters)
