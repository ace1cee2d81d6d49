"""The process itself: what it has given up, what it holds, how it ends, a new list."""

import os
import select
import signal
import socket

import pytest
from broker import HTTP, Broker
from clients import connect, get, read_to_end
from eventually import eventually
from servers import Echo, Web


@pytest.fixture
def web(world, names, serve):
    names.answers["web.example"] = [world.WEB]
    return serve(Web, world.WEB, 80)


def status_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file)


def is_sanitized(broker):
    return any("sanitizer" in reason for reason in broker.ready["missing"])


def test_it_gives_up_what_it_does_not_need(broker):
    status = status_of(broker.pid)
    assert status["NoNewPrivs"] == "1"
    if is_sanitized(broker):
        return
    assert broker.ready["missing"] == ["own_user: no user was named"]
    assert set(broker.ready["layers"]) == {"no_new_privs", "landlock", "seccomp"}
    assert (status["Seccomp"], status["Threads"]) == ("2", "1")


def test_it_becomes_another_user(world, names, authority, slot, web):
    made = Broker(world.here, authority / "ca.pem", "--uid", "64123", "--gid", "64123")
    try:
        assert "own_user" in made.ready["layers"]
        assert is_sanitized(made) or made.ready["missing"] == []
        status = status_of(made.pid)
        assert status["Uid"].split() == ["64123"] * 4 and status["Groups"].strip() == ""
        assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
        made.configure("web.example", resolvers=[f"{world.NAMES}:53"])
        made.job(slot)
        assert get(slot, "http://web.example/").endswith(b"hello ")
    finally:
        made.close()


def test_a_slot_belongs_to_its_namespace(broker, slot, world):
    """A listener is reached from its slot and from nowhere else."""
    broker.configure("web.example")
    broker.job(slot)
    slot.connect(HTTP).close()
    for elsewhere in (world.here, world.there):
        with pytest.raises(ConnectionRefusedError):
            elsewhere.connect(HTTP)


def test_before_there_is_a_job_nothing_passes(broker, slot, web):
    broker.configure("web.example")
    broker.ask("listen", slot=7, namespace=slot.path, listeners=[{"kind": "http", "port": HTTP}])
    with slot.connect(HTTP) as connection:
        connection.sendall(b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert read_to_end(connection) == b""
    assert web.requests == []


def test_a_connection_waits_for_the_job_to_be_there(broker, slot, web):
    broker.configure("web.example")
    broker.ask("listen", slot=7, namespace=slot.path, listeners=[{"kind": "http", "port": HTTP}])
    with slot.connect(HTTP) as connection:
        connection.sendall(b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\n"
                           b"Connection: close\r\n\r\n")
        assert broker.ask("start", slot=7) == {"done": True}
        assert read_to_end(connection).endswith(b"hello ")


def test_a_job_that_ends_takes_its_connections_along(broker, slot, world, names, serve):
    names.answers["db.example"] = [world.WEB]
    serve(Echo, world.WEB, 5432)
    broker.configure("db.example:5432")
    before = descriptors(broker.pid)
    job = broker.job(slot)
    connection, _ = connect(slot, "db.example:5432")
    with connection:
        broker.end(job)
        assert connection.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        slot.connect(HTTP)
    # Sockets of c-ares are closed at the loop's next turn.
    eventually(lambda: descriptors(broker.pid) == before, "the descriptors of before")
    status = broker.status()
    assert (status["slots"], status["jobs"], status["connections"]) == (0, 0, 0)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_a_dead_broker_is_a_closed_door(broker, slot, web):
    broker.configure("web.example")
    broker.job(slot)
    assert get(slot, "http://web.example/").endswith(b"hello ")
    os.kill(broker.pid, signal.SIGKILL)
    # The driver may be told so when it asks, or when it waits for the answer.
    assert broker.status().keys() & {"ended", "failed"}
    with pytest.raises(ConnectionRefusedError):
        slot.connect(HTTP)


def test_it_ends_with_its_supervisor(broker):
    pid = broker.pid
    pidfd = os.pidfd_open(pid)
    # The driver is killed, so nobody ends the broker on purpose.
    broker._driver.kill()
    broker._driver.wait()
    assert select.select([pidfd], [], [], 20)[0]
    os.close(pidfd)


def test_a_new_list_needs_no_new_process(broker, slot, web):
    broker.configure("other.example")
    broker.job(slot)
    assert get(slot, "http://web.example/").startswith(b"HTTP/1.1 403 ")
    broker.configure("web.example")
    assert get(slot, "http://web.example/").endswith(b"hello ")


def test_a_new_list_ends_what_it_does_not_allow(broker, slot, world, names, serve):
    names.answers.update({"a.example": [world.WEB], "b.example": [world.WEB]})
    serve(Echo, world.WEB, 5432)
    broker.configure("a.example:5432", "b.example:5432")
    broker.job(slot)
    a, _ = connect(slot, "a.example:5432")
    b, _ = connect(slot, "b.example:5432")
    with a, b:
        broker.configure("a.example:5432")
        assert b.recv(1) == b""
        a.sendall(b"still here")
        assert a.recv(10, socket.MSG_WAITALL) == b"still here"


def test_a_wrong_list_changes_nothing(broker, slot, web):
    broker.configure("web.example")
    broker.job(slot)
    answer = broker.ask("configure", entries=["http://web.example"])
    assert "'http://web.example'" in answer["refused"]
    answer = broker.ask("configure", entries=["*"], resolvers=["nonsense"])
    assert "name servers" in answer["refused"]
    assert get(slot, "http://web.example/").endswith(b"hello ")
    assert get(slot, "http://other.example/").startswith(b"HTTP/1.1 403 ")


def test_requests_of_the_supervisor_that_make_no_sense_are_refused(broker):
    assert "no such slot" in broker.ask("start", slot=99)["refused"]
    assert broker.end(99) == {"allowed": [], "denied": [], "unlisted": 0}


def test_it_counts(broker, slot, web):
    broker.configure("web.example")
    broker.job(slot)
    get(slot, "http://web.example/")
    get(slot, "http://other.example/")
    status = broker.status()
    assert (status["slots"], status["jobs"], status["connections_in_all"]) == (1, 1, 2)
    assert status["refused"] == {"not_listed": 1} and status["up_bytes"] > 0


def test_our_own_ports_want_a_rule_of_their_own(broker, slot, world, serve):
    gateway = serve(Web, "127.0.0.1", 8080, namespace=world.here)
    broker.configure("127.0.0.0/8:*", own_ports=[8080])
    broker.job(slot)
    assert b"forbidden_address" in get(slot, "http://127.0.0.1:8080/")
    assert gateway.requests == []
    broker.configure("127.0.0.0/8:*")
    assert get(slot, "http://127.0.0.1:8080/").endswith(b"hello ")


def test_a_cluster_s_addresses_are_forbidden_where_it_says_so(broker, slot, world, names, web):
    broker.configure("web.example", forbidden=[f"{world.WEB}"])
    broker.job(slot)
    assert b"forbidden here" in get(slot, "http://web.example/")
