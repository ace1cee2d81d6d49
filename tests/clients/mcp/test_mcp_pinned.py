"""An older Python SDK, unmodified, which knows the handshake era alone."""

import asyncio
import contextlib

import httpx
import mcp_scenarios
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from mcp.shared.exceptions import McpError


class Caller:
    def __init__(self, session):
        self.session = session

    async def call(self, tool, arguments, progress=None):
        async def report(_progress, _total, message):
            progress(message)
        result = await self.session.call_tool(
            tool, arguments, progress_callback=report if progress else None)
        return mcp_scenarios.outcome(result.content, result.structuredContent, result.isError)

    async def refused(self, tool, arguments):
        with pytest.raises(McpError) as raised:
            await self.session.call_tool(tool, arguments)
        return raised.value.error.code


@contextlib.asynccontextmanager
async def connected(url, key):
    headers = {"Authorization": f"Bearer {key}"}
    async with streamablehttp_client(url, headers=headers) as (reading, writing, _):
        async with ClientSession(reading, writing) as session:
            yield session, await session.initialize()


def test_versions_and_tools(url, key):
    async def run():
        async with connected(url, key) as (session, hello):
            assert hello.protocolVersion == "2025-11-25"
            assert hello.serverInfo.name == "brood"
            assert hello.instructions
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            assert len(tools) == 9
            assert tools["run_code"].inputSchema["required"] == ["code"]
            await session.send_ping()
    asyncio.run(run())


@pytest.mark.parametrize("scenario", mcp_scenarios.SCENARIOS + mcp_scenarios.SESSION_SCENARIOS,
                         ids=lambda each: each.__name__)
def test_users_see(url, key, scenario):
    async def run():
        async with connected(url, key) as (session, _):
            await scenario(Caller(session))
    asyncio.run(run())


def test_a_wrong_key_is_401(url):
    async def run():
        with pytest.raises(BaseExceptionGroup) as raised:
            async with connected(url, "e2b_wrong"):
                pass
        assert raised.group_contains(httpx.HTTPStatusError, match="401")
    asyncio.run(run())
