"""Brood where nothing is configured."""

import os

import pytest
from system import System


@pytest.fixture(scope="module")
def plain_system():
    with System({"profiles": None}) as system:
        yield system


def test_javascript_is_hot_where_node_is_installed(plain_system):
    assert os.access("/usr/bin/node", os.X_OK), "this needs the package nodejs"
    runtimes = plain_system.client.get("/v1/runtimes").json.runtimes
    profiles = {one["language"]: [profile["warm_by"] for profile in one["profiles"]]
                for one in runtimes}
    assert (profiles["python"], profiles["javascript"]) == (["fork"], ["parked"])
    reply = plain_system.client.execute("console.log(1)", language="javascript")
    assert (reply.stdout, reply.timing.start, reply.timing.warm_by) == ("1\n", "hot", "parked")
