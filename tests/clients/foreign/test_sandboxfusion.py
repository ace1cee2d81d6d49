"""SandboxFusion's own client (PyPI sandbox-fusion), unmodified, and requests as trainers post them."""

import asyncio
import base64
import concurrent.futures

import pytest
import requests
import sandbox_fusion
from sandbox_fusion import RunCodeRequest, RunStatus, run_code, run_code_async, set_endpoint


@pytest.fixture(scope="module", autouse=True)
def endpoint(address, key):
    # Its client has no other place for a key.
    set_endpoint(f"http://anybody:{key}@{address}")


def ran(code, language="python", **more):
    return run_code(RunCodeRequest(code=code, language=language, **more), max_attempts=1)


def test_a_program_that_succeeds():
    answer = ran("print(6 * 7)")
    assert answer.status == RunStatus.Success and answer.message == ""
    assert answer.compile_result is None and answer.executor_pod_name is None
    run = answer.run_result
    assert (run.status.value, run.return_code, run.stdout, run.stderr) == ("Finished", 0, "42\n", "")
    assert run.execution_time > 0


def test_a_program_that_fails():
    answer = ran("import sys\nprint('so far')\nsys.exit(3)")
    assert answer.status == RunStatus.Failed
    assert (answer.run_result.return_code, answer.run_result.stdout) == (3, "so far\n")
    raised = ran("1 / 0")
    assert raised.status == RunStatus.Failed and "ZeroDivisionError" in raised.run_result.stderr


def test_standard_input():
    assert ran("print(input()[::-1])", stdin="abc\n").run_result.stdout == "cba\n"
    # Without any there is end of file at once.
    assert "EOFError" in ran("input()").run_result.stderr


def test_a_time_limit_keeps_the_output():
    answer = ran("import time\nprint('so far', flush=True)\ntime.sleep(600)", run_timeout=0.5)
    assert answer.status == RunStatus.Failed
    assert answer.run_result.status.value == "TimeLimitExceeded"
    assert (answer.run_result.return_code, answer.run_result.stdout) == (None, "so far\n")


def test_a_signal_is_a_negative_code():
    assert ran("import os\nos.abort()").run_result.return_code == -6


def test_files_go_and_come():
    answer = ran("import helper\nopen('out/[1].txt', 'w').write(helper.word * 2)",
                 files={"helper.py": base64.b64encode(b"word = 'ab'").decode(),
                        "out/empty": base64.b64encode(b"").decode(), "none": None},
                 fetch_files=["./out/[1].txt", "missing.txt"])
    assert answer.status == RunStatus.Success, answer
    assert {path: base64.b64decode(content) for path, content in answer.files.items()} == {
        "out/[1].txt": b"abab"}


def test_compiled_languages_say_both_results():
    answer = ran('#include <iostream>\nint main() { std::cout << "hi"; }', "cpp", run_timeout=30)
    assert answer.status == RunStatus.Success, answer
    assert answer.compile_result.return_code == 0 and answer.run_result.stdout == "hi"
    wrong = ran("int main() { return x; }", "cpp", run_timeout=30)
    assert wrong.status == RunStatus.Failed and wrong.run_result is None
    assert wrong.compile_result.return_code == 1 and "error" in wrong.compile_result.stderr


@pytest.mark.parametrize(("language", "code"), [
    ("bash", "echo $((40 + 2))"), ("nodejs", "console.log(42)"), ("perl", 'print "42\\n"'),
    ("ruby", "puts 42"), ("php", "<?php echo 42, PHP_EOL;"),
    ("typescript", "const x: number = 42; console.log(x)")])
def test_languages(language, code):
    assert ran(code, language, run_timeout=30).run_result.stdout == "42\n"


def test_many_at_once():
    async def all_of_them():
        return await asyncio.gather(*(
            run_code_async(RunCodeRequest(code=f"print({number})", language="python"))
            for number in range(16)))

    answers = asyncio.run(all_of_them())
    assert [answer.run_result.stdout for answer in answers] == [f"{n}\n" for n in range(16)]


def test_run_concurrent():
    answers = sandbox_fusion.run_concurrent(
        run_code, args=[[RunCodeRequest(code=f"print({n})", language="python")] for n in range(8)],
        concurrency=4)
    assert [answer.run_result.stdout for answer in answers] == [f"{n}\n" for n in range(8)]


def post(address, body, **options):
    return requests.post(f"http://{address}/run_code", json=body, timeout=60, **options)


def test_as_trainers_post_it(address, key):
    headers = {"Authorization": f"Bearer {key}"}
    body = {"code": "print(1)", "language": "python", "compile_timeout": 10, "run_timeout": 8,
            "memory_limit_MB": 256, "stdin": "", "files": {}, "fetch_files": []}
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: post(address, body, headers=headers), range(64)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["run_result"]["stdout"] for answer in answers} == {"1\n"}


def test_memory_limit(address, key):
    body = {"code": "x = bytearray(400 << 20)", "language": "python", "memory_limit_MB": 64}
    answer = post(address, body, headers={"X-API-Key": key}).json()
    assert answer["status"] == "Failed" and answer["run_result"]["return_code"] not in (0, None)


def test_mistakes_are_not_to_be_repeated(address, key):
    headers = {"X-API-Key": key}
    for body in ({"language": "python"}, {"code": "x", "language": "cobol"},
                 {"code": "x", "language": "python", "files": {"../a": ""}},
                 {"code": "x", "language": "scala"}):
        answer = post(address, body, headers=headers)
        assert answer.status_code == 422, answer.text
        assert answer.json()["detail"][0]["msg"], answer.text
    assert requests.post(f"http://{address}/run_code", data="{", timeout=60,
                         headers={**headers, "Content-Type": "application/json"}).status_code == 422


def test_keys(address):
    body = {"code": "x", "language": "python"}
    assert post(address, body).status_code == 401
    assert post(address, body, auth=("x", "wrong")).status_code == 401


def test_ping(address):
    assert requests.get(f"http://{address}/v1/ping", timeout=60).json() == "pong"
