"""Fixtures of the suites that run in a virtual environment with the package `brood` installed."""

import pytest
from scripted_server import ScriptedServer

import brood


@pytest.fixture(scope="module")
def url(system):
    return f"http://127.0.0.1:{system.client.port}"


@pytest.fixture(scope="module")
def client(url):
    with brood.Brood(url) as connected:
        yield connected


@pytest.fixture
def scripted():
    """A server whose answers a test writes itself: those that the real one does not give."""
    with ScriptedServer() as server:
        yield server
