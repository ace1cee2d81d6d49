"""Callers, not jobs, that are hostile: at the gateway's port and at the supervisor's socket."""

import contextlib
import json
import os
import random
import socket

import pytest

JOB = b'{"language":"python","code":"print(1)"}'
CHUNKED = b"Transfer-Encoding: chunked\r\n"

# Each differs from one that is answered 200 only in what is named.
SMUGGLED = {
    "both lengths": CHUNKED + b"Content-Length: %d\r\n\r\n27\r\n" + JOB + b"\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: %d\r\nContent-Length: 1\r\n\r\n" + JOB,
    "negative chunk": CHUNKED + b"\r\n-27\r\n" + JOB + b"\r\n0\r\n\r\n",
    "overflowing chunk": CHUNKED + b"\r\n1000000000000000027\r\n" + JOB + b"\r\n0\r\n\r\n",
    "bare line feed": b"X-Bare: 1\nContent-Length: %d\r\n\r\n" + JOB,
    "folded header": b"X-Folded: 1\r\n 2\r\nContent-Length: %d\r\n\r\n" + JOB,
    "negative length": b"Content-Length: -%d\r\n\r\n" + JOB,
    "length with a sign": b"Content-Length: +%d\r\n\r\n" + JOB,
}
HEAD = b"POST /v1/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SECOND = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def request(rest):
    return HEAD + (rest % len(JOB) if b"%d" in rest else rest) + SECOND


@pytest.mark.parametrize("name", SMUGGLED)
def test_smuggled_requests(attack, record, name):
    answer = attack.system.client.raw(request(SMUGGLED[name]))
    assert answer.startswith(b"HTTP/1.1 400 "), answer[:300]
    assert answer.count(b"HTTP/1.1 ") == 1, "what follows must not be taken for a request"

    for honest in (b"Content-Length: %d\r\n\r\n" + JOB,
                   CHUNKED + b"\r\n27\r\n" + JOB + b"\r\n0\r\n\r\n"):
        answer = attack.system.client.raw(request(honest))
        assert answer.count(b"HTTP/1.1 200 ") == 2, answer[:300]
    record(f"HTTP: {name}", "400, closed", "both requests answered")


BAD_JSON = {
    "depth": b"[" * 100_000,
    "deep value": b'{"language":"python","code":"1","env":' + b'{"a":' * 500 + b"1" + b"}" * 501,
    "huge number": b'{"language":"python","code":"1","limits":{"wall_time_ms":1e999}}',
    "overflow": b'{"language":"python","code":"1","limits":{"wall_time_ms":18446744073709551617}}',
    "fraction": b'{"language":"python","code":"1","limits":{"wall_time_ms":1.5}}',
    "lone surrogate": b'{"language":"python","code":"\\ud800"}',
    "invalid UTF-8": b'{"language":"python","code":"\xff"}',
    "NUL": b'{"language":"python","code":"1","args":["a\\u0000b"]}',
    "trailing": JOB + b"x",
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_json_that_is_none(attack, record, name):
    client = attack.system.client
    refused = client.request("POST", "/v1/execute", BAD_JSON[name],
                             {"Content-Type": "application/json"})
    assert refused.status == 400 and refused.json.error.code, refused

    honest = client.request("POST", "/v1/execute", JOB, {"Content-Type": "application/json"})
    assert honest.status == 200
    record(f"JSON: {name}", f"400 {refused.json.error.code}", "200")


def rpc_socket(system):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(60)
    sock.connect(os.path.join(system.runtime_dir, "brood.sock"))
    return sock


def test_garbage_on_the_rpc_socket(attack, record):
    """Frames cut short, segment tables that lie, noise: from those who may connect at all."""
    noise = random.Random(7)
    frames = [b"", b"\0", b"\xff" * 64, b"\0\0\0\0\xff\xff\xff\x7f", b"\xff\xff\xff\xff" * 4,
              b"\0\0\0\0\1\0\0\0" + b"\xff" * 8, b"\0\0\0\0\2\0\0\0" + b"\0" * 16,
              *(noise.randbytes(noise.randrange(1, 4096)) for _ in range(60))]
    for frame in frames:
        with rpc_socket(attack.system) as sock:
            # Closed with some of it unread is a reset.
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                sock.sendall(frame)
                sock.shutdown(socket.SHUT_WR)
                while sock.recv(65536):
                    pass
    assert attack.system.status()["ready"]
    record("noise on the RPC socket", f"{len(frames)} connections closed", "status answers")


def test_callers_that_hang_up(attack, record):
    """At each stage of a request; what it started is ended and given back."""
    client = attack.system.client
    job = json.dumps({"language": "python", "code": "import time; time.sleep(600)"}).encode()
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(job) + job
    for cut in (1, len(HEAD) // 2, len(HEAD), len(whole) - 1, len(whole)):
        for _ in range(4):
            with client.open_raw() as sock:
                sock.sendall(whole[:cut])
    for _ in range(4):
        with client.stream("print('on', flush=True)\nimport time; time.sleep(600)") as stream:
            stream.until_output("on")
    record("hang up at each stage", "nothing runs on", "see the oracle")
