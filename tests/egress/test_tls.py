"""Tunnels to port 443: the client names, in TLS, the host that it asked for, or it gets nowhere."""

import pytest
from clients import client_hello, connect, read_to_end, read_until, socks, speak_tls
from servers import Echo, Web, server_context

ALERT = b"\x15\x03\x03\x00\x02\x02\x70"


@pytest.fixture
def echo(world, names, serve):
    """A server that sends back all that arrives."""
    names.answers["web.example"] = [world.WEB]
    return serve(Echo, world.WEB, 443)


def arrived(broker, slot, echo, data, **more):
    """The answer of a tunnel to these bytes, and why it does not take them."""
    broker.configure("web.example", **more)
    job = broker.job(slot)
    connection, head = connect(slot, "web.example:443")
    with connection:
        assert head.startswith(b"HTTP/1.1 200 ")
        connection.sendall(data)
        if data and not more.get("head_timeout_ms"):
            connection.shutdown(1)
        got = read_to_end(connection)
    denied = broker.end(job)["denied"]
    return got, denied[0]["reason"] if denied else None


def test_the_right_name_passes(broker, slot, world, names, serve, authority):
    names.answers["web.example"] = [world.WEB]
    serve(Web, world.WEB, 443, context=server_context(authority, "web.example"))
    broker.configure("web.example")
    broker.job(slot)
    connection, _ = connect(slot, "WEB.example:443")
    with speak_tls(connection, "web.example", authority / "ca.pem") as tls:
        tls.sendall(b"GET / HTTP/1.1\r\nHost: web.example\r\n\r\n")
        assert read_until(tls, b"hello ").startswith(b"HTTP/1.1 200 OK")


def test_a_hello_arrives_as_it_was_sent(broker, slot, echo):
    hello = client_hello("web.example")
    assert arrived(broker, slot, echo, hello) == (hello, None)


@pytest.mark.parametrize("data, reason", [
    (client_hello("other.example"), "sni"),
    (client_hello(None), "no_sni"),
    (b"GET / HTTP/1.1\r\nHost: web.example\r\n\r\n", "no_tls"),
    (b"SSH-2.0-client\r\n", "no_tls"),
    (client_hello("web.example")[:100], "malformed_tls"),
    (b"\x16\x03\x01\xff\xff" + b"x" * 100, "malformed_tls"),
])
def test_anything_else_is_refused(broker, slot, echo, data, reason):
    assert arrived(broker, slot, echo, data) == (ALERT, reason)
    assert echo.received == []

    # The control: where no name is asked for, the same bytes arrive.
    got, refused = arrived(broker, slot, echo, data, require_sni=False)
    assert (got, refused) == (data, None)
    assert b"".join(echo.received) == data


def test_a_slow_hello_is_not_waited_for(broker, slot, echo):
    hello = client_hello("web.example")
    got = arrived(broker, slot, echo, hello[:20], head_timeout_ms=300)
    assert got == (ALERT, "hello_timeout")
    assert echo.received == []


def test_a_hello_byte_by_byte_passes(broker, slot, echo):
    broker.configure("web.example")
    broker.job(slot)
    connection, _ = connect(slot, "web.example:443")
    hello = client_hello("web.example")
    with connection:
        for byte in hello:
            connection.send(bytes([byte]))
        assert connection.recv(len(hello), 0x100) == hello  # MSG_WAITALL


def test_a_server_does_not_speak_before_the_client_has_named_it(broker, slot, world, names, serve):
    names.answers["web.example"] = [world.WEB]
    serve(Echo, world.WEB, 443, b"too early")
    broker.configure("web.example")
    job = broker.job(slot)
    connection, _ = connect(slot, "web.example:443")
    with connection:
        connection.shutdown(1)
        read_to_end(connection)
    assert broker.end(job)["allowed"][0]["down_bytes"] in (0, len(b"too early"))


def test_tls_on_another_port_names_its_host_too(broker, slot, world, names, serve):
    names.answers["web.example"] = [world.WEB]
    echo = serve(Echo, world.WEB, 8443)
    broker.configure("web.example:8443")
    for name, passes in (("web.example", True), ("other.example", False)):
        job = broker.job(slot)
        connection, _ = connect(slot, "web.example:8443")
        with connection:
            connection.sendall(client_hello(name))
            connection.shutdown(1)
            assert (read_to_end(connection) != ALERT) == passes
        broker.end(job)
    assert echo.connections == 2 and len(echo.received) == 1


def test_plain_bytes_pass_on_another_port(broker, slot, world, names, serve):
    names.answers["web.example"] = [world.WEB]
    serve(Echo, world.WEB, 22)
    broker.configure("web.example:22")
    broker.job(slot)
    connection, _ = connect(slot, "web.example:22")
    with connection:
        connection.sendall(b"SSH-2.0-x\r\n")
        assert read_until(connection, b"\n") == b"SSH-2.0-x\r\n"


def test_socks_is_guarded_alike(broker, slot, echo):
    broker.configure("web.example")
    job = broker.job(slot)
    connection, reply = socks(slot, "web.example", 443)
    with connection:
        assert reply == 0
        connection.sendall(client_hello("other.example"))
        assert read_to_end(connection) == ALERT
    assert echo.received == []
    assert broker.end(job)["denied"][0]["reason"] == "sni"


def test_an_address_has_no_name_to_compare(broker, slot, world, serve):
    echo = serve(Echo, world.WEB, 443)
    broker.configure(world.WEB)
    broker.job(slot)
    connection, _ = connect(slot, f"{world.WEB}:443")
    hello = client_hello(None)
    with connection:
        connection.sendall(hello)
        connection.shutdown(1)
        assert read_to_end(connection) == hello
    assert b"".join(echo.received) == hello
