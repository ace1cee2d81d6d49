"""Fixtures of the suites in which MCP's own SDKs talk to POST /mcp."""

import pytest

from system import SESSIONS, System

KEY = "e2b_0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def system():
    with System(SESSIONS | {"protocols": {"mcp": "on"}}, {"BROOD_API_KEY": KEY}) as running:
        yield running


@pytest.fixture(scope="module")
def key():
    return KEY


@pytest.fixture(scope="module")
def url(system):
    return f"http://127.0.0.1:{system.client.port}/mcp"
