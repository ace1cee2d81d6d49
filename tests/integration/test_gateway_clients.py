"""One client of the gateway can make another wait for its turn, and do nothing else to it."""

import contextlib
import json
import os
import socket

import pytest

import procs
import tiers
from client import read_to_end
from eventually import eventually

MIB = 1 << 20
HEAD = b"POST /v1/execute HTTP/1.1\r\nHost: localhost\r\n"
JSON = HEAD + b"Content-Type: application/json\r\n"
JOB = b'{"language":"python","code":"print(1)"}'
UNTIL_ENDED = {"wall_time_ms": 60_000, "cpu_time_ms": 60_000}
# Both outputs full of what JSON makes six times as long.
NULS = ("import os\nblock = bytes(1 << 20)\n"
        "for _ in range(15): os.write(1, block); os.write(2, block)")
WAITS = "print('on', flush=True)\nimport time\ntime.sleep(600)"


def posted(body, headers=b""):
    if not isinstance(body, bytes):
        body = json.dumps({"language": "python"} | body).encode()
    return JSON + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def connect_slowly(client):
    """The kernel takes little of what is sent to this connection."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(90)
    sock.connect((client.host, client.port))
    return sock


def resident_bytes(pid):
    return int(procs.read(pid, "statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def running(system):
    return system.status()["jobs"]["running"]


# --- What does not fit --------------------------------------------------------------------------


def test_a_list_without_end_costs_nobody_his_job(system, client):
    """It made a message that ended the gateway's connection, and with it every job under way."""
    with contextlib.ExitStack() as streams:
        honest = [streams.enter_context(client.stream(WAITS, limits=UNTIL_ENDED))
                  for _ in range(4)]
        for stream in honest:
            stream.until_output("on")
        for patterns in (33, 1_500_000, 3_000_000):
            body = b'{"language":"python","code":"1","collect":[' + b'"",' * patterns + b'""]}'
            refused = client.post("/v1/execute", body)
            assert (refused.status, refused.json.error.code) == (400, "too_many"), refused
            assert refused.json.error.field == "collect"
            assert "at most 32 patterns" in refused.json.error.message
            assert running(system) == 4
    assert client.execute("print('and on')").stdout == "and on\n"


def test_the_largest_job_and_the_largest_result_cross(client):
    """More than 64 MiB, where Cap'n Proto's own limit is."""
    code = ("import os, sys\nblock = b'x' * (1 << 20)\n"
            "for n in (1, 2):\n  for _ in range(16): os.write(n, block)\n"
            "for n in 'ab':\n  open(n, 'wb').write(block * 16)\n"
            "#" + "c" * (8 * MIB))
    reply = client.execute(code, collect=["a", "b"], limits={"output_bytes": 16 * MIB})
    assert reply.status == "ok", reply.get("message")
    assert [len(reply.stdout), len(reply.stderr)] == [16 * MIB] * 2
    assert [file["size"] for file in reply["files"]] == [16 * MIB] * 2
    assert reply["files"][0]["content"] == "x" * (16 * MIB)


# --- Whose page has sent it ------------------------------------------------------------------------

FORM = (b'--b\r\nContent-Disposition: form-data; name="request"\r\n\r\n' + JOB + b"\r\n--b--\r\n")
FORM_TYPE = b"Content-Type: multipart/form-data; boundary=b\r\n"
FOREIGN = b"Origin: https://evil.example\r\n"


@pytest.mark.parametrize("host, headers, body, status, code", [
    (b"localhost", FORM_TYPE + FOREIGN + b"Sec-Fetch-Site: cross-site\r\n", FORM, 403,
     b"origin_not_allowed"),
    (b"localhost", FORM_TYPE + b"Sec-Fetch-Site: cross-site\r\n", FORM, 403, b"origin_not_allowed"),
    (b"localhost", FOREIGN, JOB, 403, b"origin_not_allowed"),
    (b"localhost", b"", JOB, 415, b"unsupported_media_type"),
    (b"localhost", b"Content-Type: text/plain\r\n", JOB, 415, b"unsupported_media_type"),
    (b"evil.example", b"Content-Type: application/json\r\nOrigin: http://evil.example\r\n"
                      b"Sec-Fetch-Site: same-origin\r\n", JOB, 421, b"host_not_allowed"),
    (b"localhost", FORM_TYPE, FORM, 200, b'"stdout":"1\\n"'),
    (b"localhost", b"Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n"
                   b"Origin: http://localhost\r\n", JOB, 200, b'"stdout":"1\\n"')])
def test_web_pages_run_no_jobs(system, client, host, headers, body, status, code):
    before = system.status()["jobs"]["total"]
    answer = client.raw(b"POST /v1/execute HTTP/1.1\r\nHost: %s:8080\r\nConnection: close\r\n"
                        b"%sContent-Length: %d\r\n\r\n%s"
                        % (host, headers.replace(b"//localhost", b"//localhost:8080"), len(body),
                           body))
    assert answer.startswith(b"HTTP/1.1 %d " % status) and code in answer, answer[:300]
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer
    assert system.status()["jobs"]["total"] == before + (status == 200)


# --- Slow and silent clients -----------------------------------------------------------------------


def test_answers_to_slow_readers_have_one_bound(start_system):
    system = start_system({"gateway": {"max_buffered_bytes": 64 * MIB}})
    client, gateway = system.client, system.roles.gateway()
    before = resident_bytes(gateway)
    with contextlib.ExitStack() as readers:
        job = posted({"code": NULS, "limits": {"output_bytes": 16 * MIB}})
        slow = [readers.enter_context(connect_slowly(client)) for _ in range(6)]
        for sock in slow:
            sock.sendall(job)
        # A slow reader's answer has begun, or he has been refused: as many as fit are owed theirs.
        begun = [sock.recv(12, socket.MSG_WAITALL) for sock in slow]
        assert begun.count(b"HTTP/1.1 200") == 2 and begun.count(b"HTTP/1.1 503") == 4, begun
        assert client.execute("print('honest')").stdout == "honest\n"
        # Each message is there once beside what is owed, and what the allocator keeps of it.
        grown = resident_bytes(gateway) - before
        assert grown < 64 * MIB + 2 * 32 * MIB, f"{grown / MIB:.0f} MiB"
    eventually(lambda: client.get("/metrics").body.count(b"brood_http_buffered_bytes 0\n"),
               "nothing is held for who has left")


def test_a_large_answer_arrives_whole(client):
    reply = client.execute(NULS, limits={"output_bytes": 16 * MIB})
    assert reply.status == "ok"
    assert reply.stdout == reply.stderr == "\0" * (15 * MIB)


def test_unfinished_bodies_have_one_bound(start_system):
    system = start_system({"gateway": {"max_buffered_bytes": 64 * MIB,
                                       "body_timeout_ms": 3_600_000}})
    client, gateway = system.client, system.roles.gateway()
    before = resident_bytes(gateway)
    head = JSON + b"Content-Length: %d\r\n\r\n" % (16 * MIB - 1)
    with contextlib.ExitStack() as holders:
        for _ in range(12):
            sock = holders.enter_context(client.open_raw())
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                sock.sendall(head + b" " * (12 * MIB))
        def buffered():
            text = client.get("/metrics").body.decode()
            names = ("brood_http_buffered_bytes ", "brood_http_buffers_full_total ")
            return [float(line.split()[1]) for name in names
                    for line in text.splitlines() if line.startswith(name)]
        eventually(lambda: buffered()[1] >= 7, lambda: f"bodies are refused: {buffered()}")
        assert 0 < buffered()[0] <= 64 * MIB
        assert client.execute("print('honest')").stdout == "honest\n"
        grown = resident_bytes(gateway) - before
        assert grown < 64 * MIB + 32 * MIB, f"{grown / MIB:.0f} MiB"
    eventually(lambda: buffered()[0] == 0, "nothing is held for who has left")


def test_a_client_that_gets_no_room_is_told(start_system):
    system = start_system({"gateway": {"max_buffered_bytes": MIB}})
    response = system.client.post("/v1/execute", {"language": "python", "code": "#" * (2 * MIB)})
    assert (response.status, response.json.error.code) == (503, "buffers_full"), response
    assert response.headers["Retry-After"] == "1"
    assert system.client.execute("print('small')").stdout == "small\n"


def test_event_streams_that_nobody_reads_keep_no_sandbox(start_system):
    """The clients stay, and never read; the time to write to them is longer than the test's."""
    system = start_system({"supervisor": {"max_concurrent_jobs": 4, "queue_timeout_ms": 3_600_000},
                           "gateway": {"write_timeout_ms": 3_600_000}})
    client = system.client
    flood = posted({"code": "import os\nblock = b'y' * 65536\nwhile True: os.write(1, block)",
                    "limits": {"output_bytes": 16 * MIB, "wall_time_ms": 1000}},
                   b"Accept: text/event-stream\r\n")
    with contextlib.ExitStack() as readers:
        for _ in range(4):
            readers.enter_context(connect_slowly(client)).sendall(flood)
        eventually(lambda: system.status()["jobs"]["total"] >= 4, "all of them have begun")
        assert client.execute("print('honest')").stdout == "honest\n"
        eventually(lambda: running(system) == 0, "their permits are free again")
    system.settle()


def test_a_slow_stream_still_gets_all_its_events(system, client):
    """The job is dead and its sandbox given back by the time that its client begins to read."""
    code = "import os\nfor n in range(3000): os.write(1, b'%04d' % n + b'z' * 1020)"
    before = system.status()["jobs"]["total"]
    with connect_slowly(client) as sock:
        sock.sendall(posted({"code": code, "limits": {"output_bytes": 16 * MIB,
                                                      "wall_time_ms": 2000}},
                            b"Accept: text/event-stream\r\nConnection: close\r\n"))
        eventually(lambda: system.status()["jobs"]["total"] > before and running(system) == 0,
                   "the job has ended")
        whole = read_to_end(sock).decode()
    events = [line[6:] for line in whole.splitlines() if line.startswith('data: {"data":')]
    text = "".join(json.loads(event)["data"] for event in events)
    assert text == "".join("%04d" % n + "z" * 1020 for n in range(len(text) // 1024))
    assert "event: exit\n" in whole and len(text) >= 64 * 1024


def test_silent_connections_give_way(start_system):
    system = start_system({"gateway": {"max_connections": 16, "header_timeout_ms": 3_600_000,
                                       "idle_timeout_ms": 3_600_000}})
    client = system.client
    client.close()
    with contextlib.ExitStack() as silent:
        socks = [silent.enter_context(client.open_raw()) for _ in range(40)]
        socks[-1].sendall(b"GET /hea")
        assert client.execute("print('honest')").stdout == "honest\n"
        assert socks[0].recv(1) == b"", "the longest idle has been closed"


@pytest.mark.parametrize("extra", [b"GET / HTTP/1.1\r\nX: " + b"y" * 200, b"z" * 70_000,
                                   b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1500])
def test_a_pipelining_client_that_leaves_ends_its_job(system, client, extra):
    job = posted({"code": "file = open('orphan', 'w')\nwhile True: pass",
                  "limits": UNTIL_ENDED})
    with client.open_raw() as sock:
        sock.sendall(job)
        eventually(lambda: system.roles.workers_holding("orphan"), "the job runs")
        sock.sendall(extra)
    eventually(lambda: not system.roles.workers_holding("orphan"), "the job is cancelled")


# --- The gateway itself ----------------------------------------------------------------------------


def test_the_gateway_is_confined_and_says_so(system, client):
    health = client.get("/health").json
    gateway = procs.status(system.roles.gateway())
    assert gateway["NoNewPrivs"] == "1"
    assert gateway["Seccomp"] == "2"
    assert {"landlock", "seccomp", "no_new_privs"} <= set(health.gateway.layers), health.gateway
    if tiers.current() == "root":
        ids = {int(one) for one in gateway["Uid"].split() + gateway["Gid"].split()}
        assert ids.isdisjoint({0, 65534}) and ids.isdisjoint(system.uids), gateway
        assert "own_user" in health.gateway.layers and health.gateway.missing == []
        assert gateway["CapEff"] == gateway["CapBnd"] == "0" * 16
    else:
        assert health.gateway.missing == ["own_user: not started as root"]
    said = system.brood("doctor").stdout.decode()
    for line in ("gateway user", "gateway landlock", "gateway seccomp"):
        assert line in said, said
