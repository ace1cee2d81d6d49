"""Schemathesis reads GET /openapi.json, makes requests of it, and checks every answer against it."""

import json
import os
import re
import subprocess

import pytest
from client import Client

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance")

# A job of random letters may wait for its input or for nothing: it is ended soon.
SETTINGS = {"limits": {"wall_time_ms": {"default": 1000, "max": 2000}},
            "sessions": {"enabled": "on"}}

LIMIT_MAXIMA = {"wall_time_ms": 2_000, "cpu_time_ms": 300_000, "memory_bytes": 1 << 30,
                "processes": 256, "output_bytes": 1 << 24, "file_bytes": 1 << 28,
                "open_files": 1024, "workspace_bytes": 1 << 28, "workspace_inodes": 65_536}


@pytest.fixture
def running(start_system):
    return start_system(SETTINGS)


def schemathesis(folder, document, *arguments):
    """Runs it in `folder`, where it keeps a cache; the seed makes a run repeatable."""
    program = os.path.join(os.environ["BROOD_CLIENTS_VENV"], "bin", "schemathesis")
    command = [program, "run", document, "--checks", ",".join(CHECKS), "--seed", "1",
               "--request-timeout", "30", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=360,
                          check=False, cwd=folder)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


def base_url(system):
    return f"http://127.0.0.1:{system.client.port}"


def fresh(system):
    """A client with a new connection: one that has been silent for so long is closed by now."""
    return Client(system.client.host, system.client.port)


def jobs_answered(system, code):
    """How many answers POST /v1/execute has given with this status."""
    pattern = rf'brood_http_requests_total{{code="{code}",route="/v1/execute"}} (\d+)'
    found = re.search(pattern, fresh(system).get("/metrics").body.decode())
    return int(found[1]) if found else 0


def narrowed(document, languages):
    """The document with values that this Brood takes, so that most of the jobs made of it run."""
    schemas = document["components"]["schemas"]
    job = schemas["ExecuteRequest"]["properties"]
    job["language"]["enum"] = languages
    job["profile"] = {"enum": [None]}
    job["trace"] = {"enum": [None, False]}
    job["collect"]["items"]["pattern"] = "^[a-z*]{1,8}(/[a-z?]{1,8})?$"
    for name, most in LIMIT_MAXIMA.items():
        schemas["Limits"]["properties"][name]["maximum"] = most
    schemas["InputFile"]["properties"]["path"]["pattern"] = "^[a-z]{1,8}(/[a-z]{1,8}){0,3}$"
    schemas["InputFile"]["properties"]["encoding"] = {"enum": ["utf8"]}
    return document


def test_every_answer_is_in_the_document(running, tmp_path):
    schemathesis(tmp_path, base_url(running) + "/openapi.json", "--max-examples", "25")
    assert jobs_answered(running, 400) > 0
    # Nothing was lost on the way.
    assert fresh(running).get("/ready").status == 200


def test_results_of_jobs_are_as_the_document_says(running, tmp_path):
    document = running.client.get("/openapi.json").json
    installed = [runtime["language"] for runtime in running.client.get("/v1/runtimes").json.runtimes
                 if runtime["available"] and not runtime["compiled"]]
    (tmp_path / "narrowed.json").write_text(json.dumps(narrowed(document, installed)))
    schemathesis(tmp_path, "narrowed.json", "--url", base_url(running), "--mode", "positive",
                 "--include-path", "/v1/execute", "--max-examples", "150")
    assert jobs_answered(running, 200) > 50
    assert fresh(running).get("/ready").status == 200
