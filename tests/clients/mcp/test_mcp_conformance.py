"""MCP's own conformance suite, as far as its checks ask nothing of a server's tools.

It cannot send a key; this Brood asks for none, as one on a loopback address does without keys.
"""

import json
import os
import pathlib
import subprocess

import pytest

from system import System

# Checks that want a tool of the suite's own in the server say this.
NEEDS_A_FIXTURE = "Not testable"

SCENARIOS = [("2025-11-25", name) for name in (
    "server-initialize", "ping", "tools-list", "server-sse-multiple-streams",
    "dns-rebinding-protection")]
SCENARIOS += [("2026-07-28", name) for name in (
    "server-stateless", "tools-list", "server-sse-multiple-streams", "dns-rebinding-protection")]


@pytest.fixture(scope="module")
def open_system():
    with System({"protocols": {"mcp": "on"}}) as running:
        yield running


@pytest.mark.parametrize(("version", "scenario"), SCENARIOS)
def test_conforms(open_system, tmp_path, version, scenario):
    folder = pathlib.Path(os.environ["BROOD_CLIENTS_CONFORMANCE"]) / "node_modules"
    subprocess.run(
        [folder / ".bin/node", folder / "@modelcontextprotocol/conformance/dist/index.js", "server",
         "--url", f"http://127.0.0.1:{open_system.client.port}/mcp", "--scenario", scenario,
         "--spec-version", version, "--output-dir", tmp_path],
        capture_output=True, timeout=120, check=False)
    checks = [check for path in tmp_path.rglob("checks.json")
              for check in json.loads(path.read_text())]
    assert checks
    failed = [check for check in checks
              if check["status"] == "FAILURE"
              and not check["errorMessage"].startswith(NEEDS_A_FIXTURE)]
    assert not failed, failed
    # A server without an Mcp-Session-Id is worth a warning to it.
    assert any(check["status"] in ("SUCCESS", "WARNING") for check in checks)
