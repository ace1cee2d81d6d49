"""Requests that Dify's code executor sends to dify-sandbox, and what it reads of the answers.

The wrapper below is of the kind that Dify puts around a code node: inputs in base64, the result
between marks.
"""

import base64
import json

import pytest
import requests

PYTHON = """
def main(first, second):
    return {{"sum": first + second}}

import json
from base64 import b64decode

inputs = json.loads(b64decode("{inputs}").decode("utf-8"))
print("<<RESULT>>" + json.dumps(main(**inputs)) + "<<RESULT>>")
"""
JAVASCRIPT = """
function main({{first, second}}) {{ return {{sum: first + second}} }}
const inputs = JSON.parse(Buffer.from("{inputs}", "base64").toString("utf-8"))
console.log("<<RESULT>>" + JSON.stringify(main(inputs)) + "<<RESULT>>")
"""


@pytest.fixture(scope="module")
def run(address, key):
    def post(language, code, **more):
        body = {"language": language, "code": code, "preload": "", "enable_network": True, **more}
        answer = requests.post(f"http://{address}/v1/sandbox/run", json=body, timeout=60,
                               headers={"X-Api-Key": key})
        return answer.status_code, answer.json()
    return post


@pytest.mark.parametrize(("language", "wrapper"), [("python3", PYTHON), ("nodejs", JAVASCRIPT)])
def test_a_code_node(run, language, wrapper):
    inputs = base64.b64encode(json.dumps({"first": 40, "second": 2}).encode()).decode()
    status, answer = run(language, wrapper.format(inputs=inputs))
    assert (status, answer["code"], answer["message"]) == (200, 0, "success")
    data = answer["data"]
    assert (data["error"], data["stderr"], data["exit_code"]) == ("", "", 0)
    assert json.loads(data["stdout"].split("<<RESULT>>")[1]) == {"sum": 42}


def test_code_that_fails(run):
    status, answer = run("python3", "raise ValueError('wrong')")
    assert (status, answer["code"]) == (200, 0)
    assert answer["data"]["error"].startswith("process exited with code 1\n")
    assert "ValueError: wrong" in answer["data"]["error"]
    assert "ValueError: wrong" in answer["data"]["stderr"]


def test_preload(run):
    assert run("python3", "print(word)", preload="word = 'loaded'")[1]["data"]["stdout"] == "loaded\n"


def test_output_is_exact(run):
    code = "import sys\nsys.stdout.write('no end of line')\nsys.stderr.write('a warning')"
    data = run("python3", code)[1]["data"]
    assert (data["stdout"], data["stderr"], data["error"]) == ("no end of line", "a warning", "")


def test_nothing_is_kept_between_runs(run):
    run("python3", "open('left', 'w').write('x')")
    assert "FileNotFoundError" in run("python3", "open('left')")[1]["data"]["error"]


@pytest.mark.parametrize("body", [{"language": "python3"}, {"code": "x"}, []])
def test_requests_that_do_not_fit(address, key, body):
    answer = requests.post(f"http://{address}/v1/sandbox/run", json=body, timeout=60,
                           headers={"X-Api-Key": key})
    assert answer.json()["code"] == -400 and answer.json()["data"] is None


def test_an_unknown_language(run):
    status, answer = run("cobol", "x")
    assert (status, answer["code"]) == (400, -400)


def test_keys(address):
    body = {"language": "python3", "code": "x"}
    for headers in ({}, {"X-Api-Key": "wrong"}):
        answer = requests.post(f"http://{address}/v1/sandbox/run", json=body, timeout=60,
                               headers=headers)
        assert answer.status_code == 401


def test_dependencies(address, key):
    def ask(path):
        return requests.get(f"http://{address}/v1/sandbox/{path}", timeout=60,
                            headers={"X-Api-Key": key}).json()

    names = [each["name"] for each in ask("dependencies?language=python3")["data"]["dependencies"]]
    assert "json" in names
    assert ask("dependencies/refresh")["code"] == 0
    assert requests.get(f"http://{address}/health", timeout=60).status_code == 200
