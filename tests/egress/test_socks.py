"""SOCKS5, and ports that stand for a name."""

import socket

import pytest
from broker import SOCKS
from clients import read_to_end, socks
from servers import Echo


@pytest.fixture
def echo(world, names, serve):
    names.answers["db.example"] = [world.WEB]
    return serve(Echo, world.WEB, 5432, b"welcome")


def test_a_name_is_reached(broker, slot, echo):
    broker.configure("db.example:5432")
    job = broker.job(slot)
    connection, reply = socks(slot, "db.example", 5432)
    with connection:
        assert reply == 0
        assert connection.recv(7, socket.MSG_WAITALL) == b"welcome"
    assert broker.end(job)["allowed"][0]["host"] == "db.example"


def test_an_unlisted_name_is_not(broker, slot, echo):
    broker.configure("web.example")
    broker.job(slot)
    connection, reply = socks(slot, "db.example", 5432)
    connection.close()
    assert reply == 2
    assert echo.connections == 0


@pytest.mark.parametrize("address", [b"\1" + bytes([198, 41, 0, 10]), b"\4" + b"\0" * 15 + b"\1"])
def test_addresses_are_refused_by_their_type(broker, slot, echo, world, address):
    broker.configure("*:*", f"{world.WEB}:*")
    job = broker.job(slot)
    with slot.connect(SOCKS) as connection:
        connection.sendall(b"\5\1\0\5\1\0" + address + (5432).to_bytes(2, "big"))
        connection.shutdown(socket.SHUT_WR)
        assert read_to_end(connection)[:4] == b"\5\0\5\x08"
    assert echo.connections == 0
    assert broker.end(job)["denied"][0]["reason"] == "socks"


@pytest.mark.parametrize("data", [b"\4\1\0\1", b"\5\1\2", b"GET / HTTP/1.1\r\n\r\n"])
def test_other_beginnings_are_refused(broker, slot, data):
    broker.configure("*")
    broker.job(slot)
    with slot.connect(SOCKS) as connection:
        connection.sendall(data)
        assert read_to_end(connection) in (b"", b"\5\xff")


def test_a_silent_client_is_not_waited_for(broker, slot):
    broker.configure("*", head_timeout_ms=200)
    broker.job(slot)
    with slot.connect(SOCKS) as connection:
        assert read_to_end(connection) == b""


def test_a_named_port_leads_to_its_name(broker, slot, echo):
    broker.configure("db.example:5432")
    named = {"kind": "named", "address": "127.77.0.1", "port": 5432, "host": "db.example"}
    job = broker.job(slot, named=[named])
    with slot.connect(5432, "127.77.0.1") as connection:
        assert connection.recv(7, socket.MSG_WAITALL) == b"welcome"
        connection.sendall(b"select")
        assert connection.recv(6, socket.MSG_WAITALL) == b"select"
    (use,) = broker.end(job)["allowed"]
    assert (use["host"], use["port"], use["up_bytes"]) == ("db.example", 5432, 6)


def test_a_named_port_that_is_no_longer_listed_leads_nowhere(broker, slot, echo):
    broker.configure("web.example")
    named = {"kind": "named", "address": "127.77.0.1", "port": 5432, "host": "db.example"}
    job = broker.job(slot, named=[named])
    with slot.connect(5432, "127.77.0.1") as connection:
        assert read_to_end(connection) == b""
    assert echo.connections == 0
    assert broker.end(job)["denied"][0]["host"] == "db.example"
