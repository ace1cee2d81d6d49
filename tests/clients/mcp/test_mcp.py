"""The newest Python SDK, unmodified, in each of its modes: over HTTP, and through `brood mcp`."""

import asyncio
import contextlib

import httpx2
import mcp_scenarios
import preconditions
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

MODES = {"legacy": "2025-11-25", "auto": "2026-07-28", "2026-07-28": "2026-07-28"}
TOOLS = ["close_session", "create_session", "fork_session", "list_files", "list_sessions",
         "read_file", "run_code", "run_command", "write_file"]


class Caller:
    def __init__(self, client):
        self.client = client

    async def call(self, tool, arguments, progress=None):
        async def report(_progress, _total, message):
            progress(message)
        result = await self.client.call_tool(
            tool, arguments, progress_callback=report if progress else None)
        return mcp_scenarios.outcome(result.content, result.structured_content, result.is_error)

    async def refused(self, tool, arguments):
        with pytest.raises(MCPError) as raised:
            await self.client.call_tool(tool, arguments)
        return raised.value.error.code


@contextlib.asynccontextmanager
async def over_http(url, key, mode):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
            yield client


@contextlib.asynccontextmanager
async def over_stdio(url, key, mode):
    server = StdioServerParameters(command=preconditions.binary("brood"),
                                   args=["mcp", "--url", url], env={"BROOD_API_KEY": key})
    async with Client(stdio_client(server), mode=mode) as client:
        yield client


TRANSPORTS = {"http": over_http, "stdio": over_stdio}


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


@pytest.fixture(params=TRANSPORTS)
def connect(request, url, key, mode):
    return lambda: TRANSPORTS[request.param](url, key, mode)


def test_versions_and_tools(connect, mode):
    async def run():
        async with connect() as client:
            assert client.protocol_version == MODES[mode]
            if mode != "2026-07-28":  # A client that knows the version asks nothing.
                assert client.server_info.name == "brood"
                assert client.server_capabilities.tools is not None
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert sorted(tools) == TOOLS
            schema = tools["run_code"].input_schema
            assert {"python", "bash"} <= set(schema["properties"]["language"]["enum"])
            assert schema["required"] == ["code"]
    asyncio.run(run())


@pytest.mark.parametrize("scenario", mcp_scenarios.SCENARIOS + mcp_scenarios.SESSION_SCENARIOS,
                         ids=lambda each: each.__name__)
def test_users_see(connect, scenario):
    async def run():
        async with connect() as client:
            await scenario(Caller(client))
    asyncio.run(run())


def test_a_cancelled_call_is_interrupted_and_the_session_stays(connect):
    async def run():
        async with connect() as client:
            caller = Caller(client)
            session = (await caller.call("create_session", {})).values["session"]
            begun = asyncio.Event()
            code = "x = 42\nimport time\nprint('begun', flush=True)\ntime.sleep(600)"
            slow = asyncio.create_task(caller.call(
                "run_code", {"session": session, "code": code}, lambda _message: begun.set()))
            await begun.wait()
            slow.cancel()
            with pytest.raises(asyncio.CancelledError):
                await slow
            # It waits its turn behind the one that was cancelled.
            ran = await caller.call("run_code", {"session": session, "code": "x"})
            assert ran.text == "42"
            await caller.call("close_session", {"session": session})
    asyncio.run(run())


def test_a_session_is_there_for_the_other_era(url, key):
    async def run():
        async with over_http(url, key, "legacy") as old, over_http(url, key, "auto") as new:
            session = (await Caller(old).call("create_session", {})).values["session"]
            await Caller(new).call("run_code", {"session": session, "code": "x = 'shared'"})
            ran = await Caller(old).call("run_code", {"session": session, "code": "x"})
            assert ran.text == "'shared'"
            await Caller(new).call("close_session", {"session": session})
    asyncio.run(run())


@pytest.mark.parametrize("wrong", ["", "e2b_wrong"])
def test_without_the_key_there_is_nothing(url, mode, wrong):
    async def run():
        with pytest.raises(BaseException) as raised:  # A group of them in some modes.
            async with over_http(url, wrong, mode) as client:
                await client.list_tools()
        errors = [raised.value]
        while isinstance(errors[-1], BaseExceptionGroup):
            errors.append(errors[-1].exceptions[0])
        assert isinstance(errors[-1], (MCPError, httpx2.HTTPError)), errors
    asyncio.run(run())


def test_an_answer_without_a_key_says_which_one_it_wants(url):
    answer = httpx2.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
