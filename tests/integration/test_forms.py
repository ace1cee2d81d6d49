"""Requests as browsers, HTTP libraries and curl send them."""

import json
import os
import re
import shlex
import subprocess

import pytest

LISTS = {"language": "python", "code": "import os; print(sorted(os.listdir()))"}


def part(parameters, content, *headers):
    head = "".join(f"{line}\r\n" for line in (
        f"Content-Disposition: form-data; {parameters}", *headers))
    return f"--B\r\n{head}\r\n{content}\r\n"


REQUEST = part("name=request", json.dumps(LISTS))


def post(client, *parts):
    body = "".join(parts) + "--B--\r\n"
    return client.post("/v1/execute", body.encode(),
                       {"Content-Type": "multipart/form-data; boundary=B"})


@pytest.mark.parametrize("parts, listed", [
    # Python's requests and others name a file twice.
    ([REQUEST, part("name=f; filename=x.txt; filename*=utf-8''x.txt", "hello")], ["x.txt"]),
    ([REQUEST, part("name=f; filename*=UTF-8''%c5%be%20%f0%9f%90%8e", "hello")], ["ž 🐎"]),
    ([REQUEST, part("name=f; filename=e; filename*=iso-8859-1'de'%e9", "hello")], ["é"]),
    ([part("name*=utf-8''request", json.dumps(LISTS))], []),
    # A browser's field for a file in which nobody has chosen one.
    ([part('name="f"; filename=""', "", "Content-Type: application/octet-stream"), REQUEST], []),
    # FormData.append("request", new Blob([json], {type: "application/json"})).
    ([part('name="request"; filename="blob"', json.dumps(LISTS), "Content-Type: application/json")],
     []),
    ([part("name=f; filename=a", "x"), part("name=request; filename=blob", json.dumps(LISTS))],
     ["a"]),
    # A file of that name is a file where there is a request beside it.
    ([REQUEST, part("name=request; filename=b", "x")], ["b"])])
def test_forms_as_clients_make_them(client, parts, listed):
    response = post(client, *parts)
    assert response.status == 200, response
    assert response.json.stdout == f"{sorted(['main.py', *listed])}\n"


@pytest.mark.parametrize("parts, reason", [
    ([REQUEST, part("name=f; filename*=utf-8''%4", "x")], "filename*"),
    ([REQUEST, part("name=f; filename*=koi8-r''x", "x")], "filename*"),
    ([part("name=request; filename=a", "{}")] * 2, "two parts called 'request'"),
    ([part("name=request; filename=\"\"", "")], "no part called 'request'"),
    ([part("name=other", "{}")], "must be called 'request'")])
def test_forms_that_could_mean_two_things(client, parts, reason):
    response = post(client, *parts)
    assert (response.status, response.json.error.code) == (400, "invalid_form"), response
    assert reason in response.json.error.message


def test_an_extended_file_name_leads_nowhere_else(client):
    response = post(client, REQUEST, part("name=f; filename=a; filename*=utf-8''%2e%2e%2fa", "x"))
    assert response.status == 400 and response.json.error.field == "files[0].path", response


NULL_FIELDS = ("stdin", "args", "env", "limits", "files", "collect", "profile", "rich", "trace",
               "merge_output")


def test_null_is_as_good_as_absent(client):
    response = client.post("/v1/execute", {"language": "python", "code": "print(1)"}
                           | dict.fromkeys(NULL_FIELDS))
    assert response.status == 200 and response.json.stdout == "1\n", response
    for field in NULL_FIELDS:
        response = client.post("/v1/execute",
                               {"language": "python", "code": "print(1)", field: None})
        assert response.status == 200 and response.json.stdout == "1\n", response


def test_null_is_as_good_as_absent_within_fields(client):
    result = client.execute(
        "import os; print(open('a').read(), os.environ.get('A'), os.environ['B'])",
        limits={"wall_time_ms": None, "memory_bytes": None, "processes": 8},
        env={"A": None, "B": "b"},
        files=[{"path": "a", "content": "text", "encoding": None, "executable": None}])
    assert (result.status, result.stdout) == ("ok", "text None b\n")


@pytest.mark.parametrize("body, field", [
    ({"language": None, "code": "1"}, "language"), ({"language": "python", "code": None}, "code"),
    ({"language": "python", "code": "1", "args": [None]}, "args[0]"),
    ({"language": "python", "code": "1", "collect": [None]}, "collect[0]"),
    ({"language": "python", "code": "1", "files": [None]}, "files[0]"),
    ({"language": "python", "code": "1", "files": [{"path": None, "content": ""}]},
     "files[0].path"),
    ({"language": "python", "code": "1", "files": [{"path": "a", "content": None}]},
     "files[0].content")])
def test_null_is_no_value_of_what_is_required(client, body, field):
    response = client.post("/v1/execute", body)
    assert (response.status, response.json.error.field) == (400, field), response


def documented_form():
    """The command in the documents that sends a form."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../../docs/http-api.md"), encoding="utf-8") as file:
        commands = re.findall(r"^    (curl (?:.*\\\n)*.*)$", file.read(), re.MULTILINE)
    forms = [command for command in commands if "/v1/execute" in command and "filename=" in command]
    assert len(forms) == 1, commands
    return forms[0].replace("\\\n", " ")


@pytest.mark.parametrize("code", [
    "print(open('a').read())", "a = 1; b = 2; print(open('a').read())",
    "print(open('a').read())  # \"quotes\", 'both'; type=text/plain, @<;"])
def test_the_documented_form_takes_any_code(system, client, code):
    for name, text in (("job.json", json.dumps({"language": "python", "code": code})),
                       ("local.txt", "local text")):
        with open(os.path.join(system.directory, name), "w", encoding="utf-8") as file:
            file.write(text)
    command = documented_form().replace("localhost:8080", f"{client.host}:{client.port}")
    done = subprocess.run(shlex.split(command), cwd=system.directory, capture_output=True,
                          check=True, timeout=60)
    assert json.loads(done.stdout)["stdout"] == "local text\n", done
