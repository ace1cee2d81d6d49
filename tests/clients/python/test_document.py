"""The client knows what GET /openapi.json describes: a field that is added there is missed here."""

import dataclasses
import importlib.metadata

import httpx
import pytest

import brood
from brood import _errors, _service


@pytest.fixture(scope="module")
def schemas(url):
    return httpx.get(url + "/openapi.json").json()["components"]["schemas"]


def fields_of(kind):
    return {field.name for field in dataclasses.fields(kind)}


# Bytes carry their own length and encoding.
AS_BYTES = (set(), {"encoding"})


@pytest.mark.parametrize("kind, schema, ours_alone, theirs_alone", [
    (brood.Limits, "Limits", set(), set()),
    (brood.InputFile, "InputFile", *AS_BYTES),
    (brood.Result, "ExecuteResult", {"stdout_bytes", "stderr_bytes"},
     {"stdout", "stderr", "stdout_encoding", "stderr_encoding", "trace"}),
    (brood.Outcome, "ExitEvent", set(), {"trace"}),
    (brood.Compile, "Compile", set(), {"stdout_encoding", "stderr_encoding"}),
    (brood.RichResult, "RichResult", *AS_BYTES),
    (brood.CollectedFile, "CollectedFile", set(), {"encoding", "size"}),
    (brood.SkippedFile, "SkippedFile", set(), set()),
    (brood.LimitHit, "LimitHit", set(), set()),
    (brood.Usage, "Usage", set(), set()),
    (brood.Timing, "Timing", set(), set()),
    (brood.Isolation, "Isolation", set(), set()),
    (brood.Egress, "Egress", set(), set()),
    (brood.Runtime, "Runtime", set(), set()),
    (brood.Profile, "Profile", set(), set()),
    (brood.SessionInfo, "SessionInfo", set(), set()),
    (brood.ContextInfo, "ContextInfo", set(), set()),
    (brood.CommandInfo, "CommandInfo", set(), set()),
    (brood.CommandResult, "CommandResult", set(), set()),
    (brood.FileInfo, "FileInfo", set(), set()),
    (brood.CellError, "CellError", set(), set()),
    (brood.CellResult, "CellResult", {"stdout_bytes", "stderr_bytes", "late_output_bytes"},
     {"stdout", "stderr", "stdout_encoding", "stderr_encoding", "late_output",
      "late_output_encoding", "trace"}),
    (brood.CellOutcome, "CellExit", {"late_output_bytes"},
     {"late_output", "late_output_encoding", "trace"}),
])
def test_types_have_the_documents_fields(schemas, kind, schema, ours_alone, theirs_alone):
    described = set(schemas[schema]["properties"])
    assert fields_of(kind) - ours_alone == described - theirs_alone
    assert theirs_alone <= described


def test_health_has_fields_of_the_document(schemas):
    # The others are for operators, and in `raw`.
    assert fields_of(_service.Health) - {"raw"} <= set(schemas["Health"]["properties"])


def test_a_job_has_the_documents_fields(schemas):
    described = set(schemas["ExecuteRequest"]["properties"]) - {"language", "code", "trace"}
    assert set(brood.JobOptions.__annotations__) == described


def test_a_session_has_the_documents_fields(schemas):
    described = set(schemas["SessionRequest"]["properties"]) - {"language"}
    assert set(brood.SessionOptions.__annotations__) == described


def test_server_and_client_have_one_version(client):
    assert client.health().version == brood.__version__ == importlib.metadata.version("brood")


def test_the_servers_codes_exist(schemas):
    assert _errors._NOTHING_RAN_CODES <= set(schemas["ErrorCode"]["enum"])
