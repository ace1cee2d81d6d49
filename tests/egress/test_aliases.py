"""Origins that jobs reach with a secret that they never see."""

import pytest
from broker import ALIAS
from clients import ask, read_until
from servers import Web, answer, server_context

SECRET = "sk-secret-0123456789"


@pytest.fixture
def origin(world, names, serve, authority):
    names.answers["api.example"] = [world.WEB]
    context = server_context(authority, "api.example")

    def start(respond=None):
        return serve(Web, world.WEB, 443, respond, context=context)
    return start


def alias(**more):
    return {"name": "openai", "origin": "https://api.example",
            "headers": {"Authorization": f"Bearer {SECRET}"}, "secrets": [SECRET], **more}


def get(slot, path, more=b""):
    return ask(slot, b"GET " + path.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1:3129\r\n"
               b"Connection: close\r\n" + more + b"\r\n", ALIAS)


def test_the_broker_adds_the_secret(broker, slot, origin):
    web = origin()
    broker.configure(aliases=[alias()])
    job = broker.job(slot)
    got = get(slot, "/openai/v1/models?x=1", b"Authorization: Bearer dummy\r\n")
    assert got.startswith(b"HTTP/1.1 200 ") and SECRET.encode() not in got
    _, path, headers, _ = web.requests[0]
    assert path == "/v1/models?x=1"
    assert headers["Authorization"] == f"Bearer {SECRET}" and headers["Host"] == "api.example"
    (use,) = broker.end(job)["allowed"]
    assert (use["host"], use["port"]) == ("api.example", 443)


def test_an_origin_may_have_a_path_of_its_own(broker, slot, origin):
    web = origin()
    broker.configure(aliases=[alias(origin="https://api.example/base/")])
    broker.job(slot)
    for path in ("/openai", "/openai/", "/openai/x", "/openai?q"):
        get(slot, path)
    assert [request[1] for request in web.requests] == ["/base", "/base/", "/base/x", "/base?q"]


def test_bodies_and_kept_connections(broker, slot, origin):
    web = origin()
    broker.configure(aliases=[alias()])
    job = broker.job(slot)
    with slot.connect(ALIAS) as connection:
        for body in (b"one", b"two"):
            connection.sendall(b"POST /openai/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
                               + body)
            assert read_until(connection, b"hello " + body).startswith(b"HTTP/1.1 200")
    assert [request[3] for request in web.requests] == [b"one", b"two"]
    assert broker.end(job)["allowed"][0]["connections"] == 1


def test_headers_that_echo_the_secret_are_dropped(broker, slot, origin):
    def echoing(handler, body):
        sent = handler.headers["Authorization"]
        answer(handler, 200, b"ok", [("X-Echo", sent), ("X-Other", "kept"), (f"X-{SECRET}", "1")])
    origin(echoing)
    broker.configure(aliases=[alias()])
    broker.job(slot)
    got = get(slot, "/openai/")
    assert b"X-Other: kept" in got and SECRET.encode() not in got


def test_redirects_are_not_followed(broker, slot, origin):
    def redirecting(handler, body):
        answer(handler, 302, b"", [("Location", "https://evil.example/")])
    web = origin(redirecting)
    broker.configure(aliases=[alias()])
    broker.job(slot)
    assert get(slot, "/openai/").startswith(b"HTTP/1.1 302 ")
    assert len(web.requests) == 1


def test_a_client_does_not_choose_where_the_secret_goes(broker, slot, origin, names, world, serve):
    other = serve(Web, world.OTHER, 80)
    names.answers["evil.example"] = [world.OTHER]
    web = origin()
    broker.configure("evil.example", aliases=[alias()])
    broker.job(slot)
    for path in ("/openai//evil.example/", "/openai/../evil", "/openai/http://evil.example/",
                 "/openai/@evil.example"):
        get(slot, path)
    assert ask(slot, b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
               ALIAS).startswith(b"HTTP/1.1 400 ")
    assert ask(slot, b"CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example:80\r\n\r\n",
               ALIAS).startswith(b"HTTP/1.1 400 ")
    assert other.requests == []
    assert {request[2]["Host"] for request in web.requests} == {"api.example"}


def test_injected_fields_cannot_be_named_away(broker, slot, origin):
    web = origin()
    broker.configure(aliases=[alias()])
    broker.job(slot)
    get(slot, "/openai/", b"Connection: Authorization\r\nauthorization: mine\r\n")
    assert web.requests[0][2]["Authorization"] == f"Bearer {SECRET}"


def test_an_unknown_alias_is_named(broker, slot):
    broker.configure(aliases=[alias()])
    broker.job(slot)
    got = get(slot, "/other/v1")
    assert got.startswith(b"HTTP/1.1 404 ") and b"there are: openai" in got


def test_a_certificate_of_nobody_is_refused(broker, slot, names, world, serve, authority):
    names.answers["api.example"] = [world.WEB]
    web = serve(Web, world.WEB, 443, context=server_context(authority, "other.example"))
    broker.configure(aliases=[alias()])
    broker.job(slot)
    got = get(slot, "/openai/")
    assert got.startswith(b"HTTP/1.1 502 ") and b"TLS" in got
    assert web.requests == []


def test_an_alias_does_not_lead_to_a_forbidden_address(broker, slot, names, world, serve,
                                                       authority):
    names.answers["api.example"] = [world.PRIVATE]
    web = serve(Web, world.PRIVATE, 443, context=server_context(authority, "api.example"))
    broker.configure(aliases=[alias()])
    broker.job(slot)
    assert b"an address that is private" in get(slot, "/openai/")
    broker.configure(f"{world.PRIVATE}:443", aliases=[alias()])
    assert get(slot, "/openai/").startswith(b"HTTP/1.1 200 ")
    assert len(web.requests) == 1


def test_a_request_that_narrows_has_to_list_the_origin(broker, slot, origin):
    origin()
    broker.configure("a.example", "api.example", aliases=[alias()])
    job = broker.job(slot, allow=["a.example"])
    assert b"network.allow" in get(slot, "/openai/")
    broker.end(job)
    broker.job(slot, allow=["api.example"])
    assert get(slot, "/openai/").startswith(b"HTTP/1.1 200 ")


def test_a_new_list_without_it_ends_an_alias(broker, slot, origin):
    origin()
    broker.configure(aliases=[alias()])
    broker.job(slot)
    with slot.connect(ALIAS) as connection:
        connection.sendall(b"GET /openai/ HTTP/1.1\r\nHost: x\r\n\r\n")
        read_until(connection, b"hello ")
        broker.configure(aliases=[])
        assert connection.recv(1) == b""


@pytest.mark.parametrize("wrong, why", [
    ({"origin": "http://api.example"}, "origin must be https://"),
    ({"origin": "https://10.0.0.1"}, "no name"),
    ({"name": "Open AI"}, "lower-case"),
    ({"headers": {"A B": "x"}}, "malformed"),
    ({"headers": {"A": "x\r\nB: y"}}, "malformed"),
])
def test_a_wrong_alias_is_refused(broker, wrong, why):
    answered = broker.ask("configure", aliases=[alias(**wrong)])
    assert why in answered["refused"] and SECRET not in answered["refused"]
