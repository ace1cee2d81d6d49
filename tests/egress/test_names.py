"""Names and addresses: what a list is got around with, each beside a control in which it passes."""

import pytest
from clients import connect, get, socks
from servers import Echo, Web


@pytest.fixture
def web(world, names, serve):
    names.answers["github.com"] = [world.WEB]
    return serve(Web, world.WEB, 80)


@pytest.mark.parametrize("spelling", ["GitHub.COM", "github.com."])
def test_another_spelling_of_a_listed_name_is_that_name(broker, slot, web, names, spelling):
    broker.configure("github.com")
    job = broker.job(slot)
    assert get(slot, f"http://{spelling}/").endswith(b"hello ")
    assert web.requests[0][2]["Host"] == "github.com"
    assert {name for name, _ in names.asked} == {"github.com"}
    assert broker.end(job)["allowed"][0]["host"] == "github.com"


MALFORMED = [
    b"github.com\0.evil.example", b"github.com\0", b"evil.example\r\nHost: github.com",
    b"github.com%00.evil.example", b"%67ithub.com", b"evil.example@github.com", b"github.com/",
    b"github.com ", b" github.com", b"github..com", b".github.com", b"github.com..",
    "gıthub.com".encode(), "github。com".encode(), "github.com\u200b".encode(),
    b"a" * 64 + b".github.com", b"a" * 255, b"", b".", b"*.github.com", b"git_hub.com",
]


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_name_is_refused_before_it_is_looked_up(broker, slot, web, names, name):
    # Even where everything may be reached.
    broker.configure("*:*", "github.com:*")
    job = broker.job(slot)
    connection, reply = socks(slot, name, 80)
    connection.close()
    assert reply == 2
    assert names.asked == [] and web.requests == []
    assert broker.end(job)["denied"][0]["reason"] == "malformed_host"


def test_the_control_of_names_arrives(broker, slot, web):
    broker.configure("*:*")
    broker.job(slot)
    connection, reply = socks(slot, "github.com", 80)
    connection.close()
    assert reply == 0


LOOKALIKES = ["github.com.evil.example", "evilgithub.com", "xn--gthub-n4a.com", "github.co",
              "githubXcom", "github-com", "api.github.com"]


@pytest.mark.parametrize("name", LOOKALIKES)
def test_a_name_that_resembles_a_listed_one_is_another(broker, slot, names, world, serve, name):
    names.answers[name.lower()] = [world.WEB]
    web = serve(Web, world.WEB, 80)
    broker.configure("github.com", "*.api.github.com")
    broker.job(slot)
    assert b"is not on the list" in get(slot, f"http://{name}/")
    assert names.asked == [] and web.requests == []
    broker.configure(name)
    assert get(slot, f"http://{name}/").endswith(b"hello ")


SPELLINGS = ["0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "127.1",
             "127.0.1", "0", "127.0.0.01", "1.2.3.256", "example.0x1"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_unusual_spellings_of_addresses_are_refused(broker, slot, world, serve, spelling):
    inside = serve(Web, "127.0.0.1", 80, namespace=world.here)
    # Even where the address itself may be reached.
    broker.configure("*", "127.0.0.1", "0.0.0.0/8")
    broker.job(slot)
    got = get(slot, f"http://{spelling}/")
    assert got.startswith(b"HTTP/1.1 403 ") and b"address_spelling" in got
    assert inside.requests == []
    # The control: in its usual spelling, and with its rule, it is reached.
    assert get(slot, "http://127.0.0.1/").endswith(b"hello ")


@pytest.mark.parametrize("literal", ["[::1]", "[::ffff:127.0.0.1]", "[fe80::1%25lo]", "127.0.0.1",
                                     "198.41.0.10", "169.254.169.254", "[64:ff9b::7f00:1]"])
def test_addresses_are_no_names(broker, slot, literal):
    broker.configure("*", "*:*")
    broker.job(slot)
    assert get(slot, f"http://{literal}/").startswith(b"HTTP/1.1 403 ")
    connection, head = connect(slot, f"{literal}:443")
    connection.close()
    assert head.startswith(b"HTTP/1.1 403 ")


FORBIDDEN = {"loopback": "127.0.0.1", "private": "10.9.9.9", "cloud metadata": "169.254.169.254",
             "this machine's own": "198.41.0.1"}


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_a_name_does_not_lead_to_a_forbidden_address(broker, slot, world, names, serve, kind):
    address = FORBIDDEN[kind]
    space = world.here if kind in ("loopback", "this machine's own") else world.there
    web = serve(Web, address, 80, namespace=space)
    names.answers["evil.example"] = [address]
    broker.configure("*")
    job = broker.job(slot)
    got = get(slot, "http://evil.example/")
    assert got.startswith(b"HTTP/1.1 403 ") and f"an address that is {kind}".encode() in got
    assert web.requests == []
    denied = broker.end(job)["denied"][0]
    assert (denied["reason"], denied["rule"]) == ("forbidden_address", kind)

    # The control: a rule for the address, and it is reached.
    broker.configure("*", address)
    broker.job(slot)
    assert get(slot, "http://evil.example/").endswith(b"hello ")




@pytest.mark.parametrize("bad", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
                                 "2002:7f00:1::1", "fd00:ec2::254", "0.0.0.0", "100.100.100.200"])
def test_one_bad_answer_refuses_the_name(broker, slot, world, names, serve, bad):
    web = serve(Web, world.WEB, 80)
    names.answers["mixed.example"] = [world.WEB, bad]
    broker.configure("mixed.example")
    broker.job(slot)
    assert b"forbidden_address" in get(slot, "http://mixed.example/")
    assert web.requests == []
    names.answers["mixed.example"] = [world.WEB]
    assert get(slot, "http://mixed.example/").endswith(b"hello ")


def test_an_alias_of_a_name_changes_nothing(broker, slot, world, names, serve):
    names.answers["cdn.evil.example"] = [world.METADATA]
    names.answers["listed.example"] = ["-> cdn.evil.example"]
    metadata = serve(Web, world.METADATA, 80)
    broker.configure("listed.example")
    broker.job(slot)
    assert b"cloud metadata" in get(slot, "http://listed.example/")
    assert metadata.requests == []
    # An alias that leads to a public address is how much of the internet works.
    names.answers["cdn.evil.example"] = [world.WEB]
    web = serve(Web, world.WEB, 80)
    assert get(slot, "http://listed.example/").endswith(b"hello ")
    assert web.requests[0][2]["Host"] == "listed.example"


def test_an_answer_that_changes_is_not_believed_twice(broker, slot, world, names, serve):
    """Rebinding: the first answer is public, every later one is not. What was seen is dialled."""
    web = serve(Web, world.WEB, 80)
    inside = serve(Web, "127.0.0.1", 80, namespace=world.here)
    answered = set()

    def rebinding(kind):
        first = kind not in answered
        answered.add(kind)
        return [world.WEB] if first else ["127.0.0.1"]

    names.answers["rebind.example"] = rebinding
    broker.configure("rebind.example")
    broker.job(slot)
    assert get(slot, "http://rebind.example/").endswith(b"hello ")
    for _ in range(3):
        assert b"loopback" in get(slot, "http://rebind.example/")
    assert len(web.requests) == 1 and inside.requests == []


def test_a_connection_looks_a_name_up_once(broker, slot, world, names, serve):
    serve(Echo, world.WEB, 5432)
    names.answers["db.example"] = [world.WEB]
    broker.configure("db.example:5432")
    broker.job(slot)
    connection, _ = connect(slot, "db.example:5432")
    connection.close()
    assert sorted(names.asked) == [("db.example", 1), ("db.example", 28)]


def test_no_search_list_is_tried(broker, slot, names):
    broker.configure("db")
    broker.job(slot)
    get(slot, "http://db/")
    assert {name for name, _ in names.asked} == {"db"}


def test_denials_win(broker, slot, world, names, serve):
    names.answers.update({"a.example": [world.WEB], "bad.a.example": [world.WEB]})
    serve(Web, world.WEB, 80)
    broker.configure("*.a.example", "a.example", "!bad.a.example", "!198.41.0.11")
    broker.job(slot)
    assert get(slot, "http://a.example/").endswith(b"hello ")
    assert b"is denied by '!bad.a.example'" in get(slot, "http://bad.a.example/")
    names.answers["a.example"] = [world.OTHER]
    assert b"which '!198.41.0.11' denies" in get(slot, "http://a.example/")


def test_a_request_narrows(broker, slot, world, names, serve):
    names.answers.update({"a.example": [world.WEB], "b.example": [world.WEB]})
    serve(Web, world.WEB, 80)
    broker.configure("a.example", "b.example")
    broker.job(slot, allow=["a.example"])
    assert get(slot, "http://a.example/").endswith(b"hello ")
    assert b"network.allow" in get(slot, "http://b.example/")


def test_a_request_does_not_widen(broker, slot):
    broker.configure("a.example")
    answer = broker.ask("listen", slot=9, namespace=slot.path,
                        listeners=[{"kind": "http", "port": 1}])
    assert answer == {"done": True}
    answer = broker.ask("start", slot=9, allow=["a.example", "evil.example"])
    assert "'evil.example' is more than the operator allows" in answer["refused"]


def test_silent_name_servers_are_given_up_on(broker, slot, names):
    names.silent.add("slow.example")
    broker.configure("slow.example", lookup_timeout_ms=300)
    broker.job(slot)
    got = get(slot, "http://slow.example/")
    assert got.startswith(b"HTTP/1.1 502 ") and b"did not answer in time" in got
