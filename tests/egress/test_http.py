"""The HTTP proxy: tunnels, requests that are passed on, and what neither is for."""

import socket

import pytest
from clients import ask, connect, get, read_to_end, read_until
from servers import Echo, Web, answer


@pytest.fixture
def web(world, names, serve):
    names.answers["web.example"] = [world.WEB]
    names.answers["other.example"] = [world.OTHER]
    return serve(Web, world.WEB, 80)


def test_a_request_is_passed_on(broker, slot, web):
    broker.configure("web.example")
    job = broker.job(slot)
    got = get(slot, "http://web.example/a?b#c")
    assert got.startswith(b"HTTP/1.1 200 OK\r\n") and got.endswith(b"hello ")
    method, path, headers, _ = web.requests[0]
    assert (method, path, headers["Host"]) == ("GET", "/a?b", "web.example")
    report = broker.end(job)
    assert report["denied"] == []
    (use,) = report["allowed"]
    assert (use["host"], use["port"], use["connections"]) == ("web.example", 80, 1)
    assert use["up_bytes"] > 0 and use["down_bytes"] > 0


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_bodies_pass_whole(broker, slot, web, framing):
    broker.configure("web.example")
    broker.job(slot)
    body = bytes(range(256)) * 4000
    head = b"POST http://web.example/ HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n"
    if framing == "length":
        request = head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    else:
        chunks = [body[i:i + 1000] for i in range(0, len(body), 1000)]
        request = (head + b"Transfer-Encoding: chunked\r\n\r\n"
                   + b"".join(f"{len(c):x}\r\n".encode() + c + b"\r\n" for c in chunks)
                   + b"0\r\n\r\n")
    got = ask(slot, request)
    assert web.requests[0][3] == body
    assert got.endswith(b"hello " + body)


def test_an_unlisted_host_is_refused_in_words(broker, slot, web):
    broker.configure("web.example")
    job = broker.job(slot)
    got = get(slot, "http://other.example/")
    assert got.startswith(b"HTTP/1.1 403 brood egress: other.example:80 is not on the list")
    assert b"other.example:80 is not on the list of allowed hosts" in got
    assert b"rule: default" in got
    denied = broker.end(job)["denied"]
    assert denied == [{"host": "other.example", "port": 80, "reason": "not_listed",
                       "rule": "default", "count": 1}]


def test_a_kept_connection_is_decided_at_each_request(broker, slot, web, world, serve):
    other = serve(Web, world.OTHER, 80)
    broker.configure("web.example")
    broker.job(slot)
    with slot.connect(3128) as connection:
        for path in ("/1", "/2"):
            connection.sendall(f"GET http://web.example{path} HTTP/1.1\r\n"
                               "Host: web.example\r\n\r\n".encode())
            assert read_until(connection, b"hello ").startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET http://other.example/3 HTTP/1.1\r\nHost: other.example\r\n\r\n")
        assert read_to_end(connection).startswith(b"HTTP/1.1 403")
    assert [request[1] for request in web.requests] == ["/1", "/2"]
    assert other.requests == []

    # The control: with both on the list the third request arrives.
    broker.configure("web.example", "other.example")
    assert get(slot, "http://other.example/3").endswith(b"hello ")
    assert other.requests[0][1] == "/3"


def test_a_server_that_keeps_its_connection_is_asked_on_it(broker, slot, web):
    broker.configure("web.example")
    job = broker.job(slot)
    with slot.connect(3128) as connection:
        for _ in range(3):
            connection.sendall(b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n")
            read_until(connection, b"hello ")
    assert broker.end(job)["allowed"][0]["connections"] == 1


@pytest.mark.parametrize("request_bytes, why", [
    (b"GET http://web.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n", b"Host header differs"),
    (b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\nContent-Length: 4\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"malformed HTTP"),
    (b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\nHost: web.example\r\n\r\n",
     b"Host may be given once"),
    (b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\nX: y\r\n z: w\r\n\r\n",
     b"must not begin with a blank"),
    (b"GET http://web.example/ HTTP/1.1\nHost: web.example\n\n", b"must end in CR LF"),
    (b"GET / HTTP/1.1\r\nHost: web.example\r\n\r\n", b"this is a proxy"),
    (b"GET https://web.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n", b"this is a proxy"),
    (b"CONNECT web.example HTTP/1.1\r\nHost: web.example\r\n\r\n", b"CONNECT wants host:port"),
])
def test_an_ambiguous_request_is_refused(broker, slot, web, request_bytes, why):
    broker.configure("web.example", "other.example")
    broker.job(slot)
    got = ask(slot, request_bytes)
    assert got.startswith(b"HTTP/1.1 400 ") and why in got
    assert web.requests == []


def test_an_upgrade_is_not_passed_on(broker, slot, web):
    broker.configure("web.example")
    broker.job(slot)
    get(slot, "http://web.example/", more=b"Connection: upgrade, X-Mine\r\nUpgrade: websocket\r\n"
        b"X-Mine: 1\r\nProxy-Authorization: Basic x\r\nAccept: a/b\r\n")
    headers = web.requests[0][2]
    assert headers == {"Host": "web.example", "Accept": "a/b"}


def test_a_server_that_switches_protocols_is_an_error(broker, slot, names, world, serve):
    names.answers["web.example"] = [world.WEB]
    serve(Echo, world.WEB, 80, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
    broker.configure("web.example")
    broker.job(slot)
    assert get(slot, "http://web.example/").startswith(b"HTTP/1.1 502 ")


@pytest.mark.parametrize("garbage", [
    b"nonsense\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"",
])
def test_a_server_that_answers_nonsense_is_an_error(broker, slot, names, world, serve, garbage):
    names.answers["web.example"] = [world.WEB]
    listener = world.there.listen(world.WEB, 81)
    broker.configure("web.example:81")
    broker.job(slot)
    with slot.connect(3128) as connection:
        connection.sendall(b"GET http://web.example:81/ HTTP/1.1\r\nHost: web.example:81\r\n\r\n")
        server, _ = listener.accept()
        with server:
            server.recv(4096)
            server.sendall(garbage)
            server.shutdown(socket.SHUT_WR)
            assert read_to_end(connection).startswith(b"HTTP/1.1 502 ")
    listener.close()


def test_interim_answers_are_swallowed(broker, slot, names, world, serve):
    def early(handler, body):
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        answer(handler, 200, b"late")
    names.answers["web.example"] = [world.WEB]
    serve(Web, world.WEB, 80, early)
    broker.configure("web.example")
    broker.job(slot)
    got = get(slot, "http://web.example/")
    assert got.startswith(b"HTTP/1.1 200 OK") and got.endswith(b"late")


def test_head_has_no_body_and_keeps_its_length(broker, slot, web):
    broker.configure("web.example")
    broker.job(slot)
    with slot.connect(3128) as connection:
        connection.sendall(b"HEAD http://web.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n"
                           b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n")
        head = read_until(connection, b"\r\n\r\n")
        assert b"Content-Length: 6\r\n" in head
        assert read_until(connection, b"hello ").startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_expects_is_told_to_continue(broker, slot, web):
    broker.configure("web.example")
    broker.job(slot)
    with slot.connect(3128) as connection:
        connection.sendall(b"POST http://web.example/ HTTP/1.1\r\nHost: web.example\r\n"
                           b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert read_until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        assert read_until(connection, b"hello body").startswith(b"HTTP/1.1 200 OK")
    assert "Expect" not in web.requests[0][2]


def test_an_answer_without_an_end_ends_with_the_connection(broker, slot, names, world, serve):
    def endless(handler, body):
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\nto the end")
    names.answers["web.example"] = [world.WEB]
    serve(Web, world.WEB, 80, endless)
    broker.configure("web.example")
    broker.job(slot)
    with slot.connect(3128) as connection:
        connection.sendall(b"GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n")
        got = read_to_end(connection)
    assert b"Connection: close" in got and got.endswith(b"to the end")


def test_a_tunnel_carries_both_ways(broker, slot, names, world, serve):
    names.answers["db.example"] = [world.WEB]
    echo = serve(Echo, world.WEB, 5432, b"welcome")
    broker.configure("db.example:5432")
    job = broker.job(slot)
    connection, head = connect(slot, "db.example:5432")
    with connection:
        assert head.startswith(b"HTTP/1.1 200 ")
        assert connection.recv(7, socket.MSG_WAITALL) == b"welcome"
        sent = bytes(range(256)) * 8192
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert read_to_end(connection) == sent
    assert b"".join(echo.received) == sent
    (use,) = broker.end(job)["allowed"]
    assert (use["up_bytes"], use["down_bytes"]) == (len(sent), len(sent) + 7)


def test_a_tunnel_to_an_unlisted_port_is_refused(broker, slot, names, world, serve):
    names.answers["db.example"] = [world.WEB]
    echo = serve(Echo, world.WEB, 5433)
    broker.configure("db.example:5432")
    broker.job(slot)
    connection, _ = connect(slot, "db.example:5433")
    with connection:
        assert echo.connections == 0
    assert b"'db.example:5432' is for 5432" in ask(
        slot, b"CONNECT db.example:5433 HTTP/1.0\r\n\r\n")


def test_the_name_of_nobody_is_an_error_and_no_refusal(broker, slot):
    broker.configure("nobody.example")
    job = broker.job(slot)
    got = get(slot, "http://nobody.example/")
    assert got.startswith(b"HTTP/1.1 502 ") and b"nobody.example:80 was not found" in got
    assert broker.end(job)["denied"][0]["reason"] == "no_address"


def test_a_server_that_is_not_there_is_an_error(broker, slot, names, world):
    names.answers["web.example"] = [world.WEB]
    broker.configure("web.example:99")
    job = broker.job(slot)
    got = get(slot, "http://web.example:99/")
    assert got.startswith(b"HTTP/1.1 502 ") and b"cannot be reached" in got
    assert broker.end(job)["denied"][0]["reason"] == "unreachable"
