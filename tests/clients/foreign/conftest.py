"""Fixtures of the suites in which others' clients talk to the protocols that they know."""

import pytest

from system import System

KEY = "e2b_0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def system():
    """Speaks every protocol that is not ours, and asks for a key."""
    settings = {"protocols": {"dify": "on", "sandboxfusion": "on"}}
    with System(settings, {"BROOD_API_KEY": KEY}) as running:
        yield running


@pytest.fixture(scope="module")
def key():
    return KEY


@pytest.fixture(scope="module")
def address(system):
    return f"127.0.0.1:{system.client.port}"
