"""A tool for LangChain and LangGraph.

    from brood.adapters.langchain import BroodTool

    agent = create_agent(model, tools=[BroodTool()])
"""

from __future__ import annotations

from typing import Any, Optional, Type

from langchain_core.tools import BaseTool
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from .._async_client import AsyncBrood
from .._client import Brood
from .._request import Limits
from ._text import DESCRIPTION, told


class CodeInput(BaseModel):
    """Arguments that a model gives."""

    code: str = Field(description="The whole program.")


class BroodTool(BaseTool):
    """Runs programs of one language, each in a sandbox of its own."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str = "run_code"
    description: str = DESCRIPTION
    args_schema: Type[BaseModel] = CodeInput

    language: str = "python"
    profile: Optional[str] = None
    limits: Optional[Limits] = None
    max_characters: int = 20_000
    url: Optional[str] = None
    api_key: Optional[str] = Field(default=None, repr=False, exclude=True)

    _client: Brood = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        self.description = f"{self.description} The language is {self.language}."
        self._client = Brood(self.url, api_key=self.api_key)

    def _run(self, code: str) -> str:
        result = self._client.execute(code, self.language, profile=self.profile,
                                      limits=self.limits)
        return told(result, self.max_characters)

    async def _arun(self, code: str) -> str:
        # An asynchronous client belongs to one event loop, a tool to none.
        async with AsyncBrood(self.url, api_key=self.api_key) as client:
            result = await client.execute(code, self.language, profile=self.profile,
                                          limits=self.limits)
        return told(result, self.max_characters)
