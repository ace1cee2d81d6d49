"""How much a job and a tenant may have, and that one's flood is nobody else's trouble."""

import resource
import socket

import pytest
from broker import HTTP
from clients import connect, get, read_to_end
from eventually import eventually
from namespaces import Namespace
from servers import Echo, Web


@pytest.fixture
def echo(world, names, serve):
    names.answers["db.example"] = [world.WEB]
    return serve(Echo, world.WEB, 5432)


@pytest.fixture
def other_slot():
    made = Namespace()
    yield made
    made.close()


def test_connections_at_once(broker, slot, echo):
    broker.configure("db.example:5432")
    job = broker.job(slot, limits={"connections_at_once": 2})
    first, _ = connect(slot, "db.example:5432")
    second, _ = connect(slot, "db.example:5432")
    third, head = connect(slot, "db.example:5432")
    assert head.startswith(b"HTTP/1.1 403 ")
    assert b"has 2 connections open" in read_to_end(third)
    first.close()
    # A place is free once the broker has seen the end of it.
    def another():
        connection, head = connect(slot, "db.example:5432")
        connection.close()
        return head.startswith(b"HTTP/1.1 200 ")
    eventually(another, "a place for another connection")
    second.close()
    third.close()
    denied = broker.end(job)["denied"]
    assert denied[0]["rule"] == "connections_at_once"


def test_connections_in_all(broker, slot, echo):
    broker.configure("db.example:5432")
    broker.job(slot, limits={"connections_in_all": 3})
    for _ in range(3):
        connection, head = connect(slot, "db.example:5432")
        connection.close()
        assert head.startswith(b"HTTP/1.1 200 ")
    connection, head = connect(slot, "db.example:5432")
    assert head.startswith(b"HTTP/1.1 403 ") and b"all of its 3" in read_to_end(connection)
    connection.close()


@pytest.mark.parametrize("limit", ["bytes_up", "bytes_down"])
def test_bytes(broker, slot, echo, limit):
    broker.configure("db.example:5432")
    job = broker.job(slot, limits={limit: 100_000})
    connection, _ = connect(slot, "db.example:5432")
    with connection:
        try:
            for _ in range(200):
                connection.sendall(b"x" * 4096)
                if not connection.recv(4096):
                    break
            else:
                pytest.fail("nobody stopped it")
        except OSError:
            pass
    report = broker.end(job)
    assert report["denied"][0]["rule"] == limit
    # Over by what was under way, and no more.
    direction = "up_bytes" if limit == "bytes_up" else "down_bytes"
    assert 100_000 <= report["allowed"][0][direction] < 100_000 + 65_536


def test_idle_tunnels_end(broker, slot, echo):
    broker.configure("db.example:5432")
    broker.job(slot, limits={"idle_ms": 200})
    connection, _ = connect(slot, "db.example:5432")
    with connection:
        connection.sendall(b"x")
        assert connection.recv(1) == b"x"
        assert connection.recv(1) == b""


def test_a_rate_holds_back_without_losing(broker, slot, echo):
    broker.configure("db.example:5432")
    # A second's worth at once, and then half a second for what is over it.
    broker.job(slot, limits={"bytes_per_second": 200_000})
    connection, _ = connect(slot, "db.example:5432")
    with connection:
        sent = bytes(150_000)
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert read_to_end(connection) == sent


def test_a_slow_reader_holds_the_server_back(broker, slot, world, names, serve):
    """No chunk is held: what the job does not read stays in the server and in sockets' buffers."""
    names.answers["big.example"] = [world.WEB]
    size = 256 << 20
    written = [0]

    def endless(handler, body):
        handler.send_response(200)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        for _ in range(size >> 20):
            handler.wfile.write(bytes(1 << 20))
            written[0] += 1 << 20

    serve(Web, world.WEB, 80, endless)
    broker.configure("big.example")
    broker.job(slot)
    with slot.connect(HTTP) as connection:
        connection.sendall(b"GET http://big.example/ HTTP/1.1\r\nHost: big.example\r\n\r\n")
        connection.recv(1)
        before = resident(broker.pid)
        stalled = stalls(lambda: written[0])
        assert stalled < size / 4
        # Far less than what is held back; a sanitizer keeps what was freed for a while.
        assert resident(broker.pid) - before < 16 << 20


def stalls(value):
    """The value, once it does not change any more."""
    seen = []

    def is_the_same():
        seen.append(value())
        return len(seen) > 25 and seen[-1] == seen[-25]
    eventually(is_the_same, "a sender that stands still")
    return seen[-1]


def resident(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_tenants_share(broker, slot, other_slot, echo):
    broker.configure("db.example:5432")
    limits = {"tenant": "one", "tenant_limits": {"connections_at_once": 1}}
    broker.job(slot, **limits)
    job = broker.job(other_slot, **limits)
    first, _ = connect(slot, "db.example:5432")
    second, head = connect(other_slot, "db.example:5432")
    assert head.startswith(b"HTTP/1.1 403 ") and b"this tenant" in read_to_end(second)
    broker.end(job)
    # Another tenant has places of its own.
    broker.job(other_slot, tenant="two", tenant_limits={"connections_at_once": 1})
    third, head = connect(other_slot, "db.example:5432")
    assert head.startswith(b"HTTP/1.1 200 ")
    for connection in (first, second, third):
        connection.close()


def test_ten_thousand_half_open_connections_hold_up_nobody(broker, slot, other_slot, world, names,
                                                           serve):
    names.answers["web.example"] = [world.WEB]
    serve(Web, world.WEB, 80)
    broker.configure("web.example")
    flood = broker.job(slot, limits={"connections_at_once": 64})
    broker.job(other_slot, limits={"connections_at_once": 64})

    def open_many():
        held = []
        for _ in range(10_000):
            half = socket.socket()
            half.setblocking(False)
            half.connect_ex(("127.0.0.1", HTTP))
            held.append(half)
        return held

    resource.setrlimit(resource.RLIMIT_NOFILE, (20_000, 20_000))
    held = slot.call(open_many)
    assert get(other_slot, "http://web.example/").endswith(b"hello ")
    assert broker.status()["connections"] <= 64
    for one in held:
        one.close()
    eventually(lambda: broker.status()["connections"] == 0, "no connections")
    assert broker.end(flood)["denied"][0]["rule"] == "connections_at_once"


def test_connections_of_all_jobs(broker, slot, other_slot, echo):
    broker.configure("db.example:5432", connections=1)
    broker.job(slot)
    broker.job(other_slot)
    first, _ = connect(slot, "db.example:5432")
    second, head = connect(other_slot, "db.example:5432")
    assert head.startswith(b"HTTP/1.1 403 ") and b"as many connections" in read_to_end(second)
    first.close()
    second.close()


def test_a_report_is_bounded(broker, slot):
    broker.configure("web.example")
    job = broker.job(slot)
    for number in range(80):
        get(slot, f"http://host{number}.example/")
    report = broker.end(job)
    assert len(report["denied"]) == 64 and report["unlisted"] == 16
