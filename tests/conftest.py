"""Fixtures shared by the integration and the hostile suites."""

import pytest

from system import System


@pytest.fixture(scope="module")
def system(request):
    """One running system per test file, with the settings that the file calls SYSTEM."""
    with System(getattr(request.module, "SYSTEM", None)) as running:
        yield running


@pytest.fixture(scope="module")
def client(system):
    return system.client


@pytest.fixture
def start_system():
    """Starts systems with settings of the test's own; all are gone after the test."""
    systems = []

    def start(settings=None, environment=None):
        systems.append(System(settings, environment))
        return systems[-1].start()

    yield start
    for one in systems:
        try:
            if one.serve is not None:
                one.stop()
        finally:
            one.destroy()
