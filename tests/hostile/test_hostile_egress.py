"""Guests with network that want more of it: whole requests, as bytes, to the proxies of a sandbox.

Each control is the same request where the operator has listed what it asks for: then the byte arrives.
"""

import base64
import ssl
import socket
import threading

import procs
import pytest
import weakened
from attack import Flag
from eventually import eventually
from networked import Networked
from servers import answer, make_authority, server_context

WORD = b"the-word"


def with_the_word(handler, _):
    answer(handler, 200, WORD)


def with_the_word_for_upgrades(handler, _):
    answer(handler, 200, WORD if handler.headers.get("Upgrade") else b"another protocol's word")


class TlsWord:
    """Says the word to whoever speaks TLS to it, whatever name they ask for."""

    def __init__(self, listener, context):
        self._listener, self._context = listener, context
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._greet, args=(connection,), daemon=True).start()

    def _greet(self, connection):
        try:
            with connection:
                connection.recv(1)
                connection.sendall(WORD)
        except OSError:
            pass

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    make_authority(folder)
    made = Networked()
    made.site, made.port = made.web("site.example", with_the_word)
    made.upgrading, made.upgrading_port = made.web("upgrading.example", with_the_word_for_upgrades)
    made.secret, made.secret_port = made.web("secret.example", with_the_word, listed=False)
    # Listed, and yet it leads to where no name may lead.
    made.names.answers["inside.example"] = ["127.0.0.1"]
    made.names.answers["cloud.example"] = ["169.254.169.254"]
    made.names.answers["mixed.example"] = ["127.0.0.1", "169.254.169.254"]
    made.names.answers["alias.example"] = ["-> cloud.example"]
    made.entries += [f"{name}.example:{made.secret_port}" for name in ("inside", "alias")]
    made.entries += ["cloud.example", f"mixed.example:{made.port}"]
    # At the port of TLS, at an address of its own.
    listener = socket.create_server(("127.0.0.77", 443), backlog=16)
    made.tls = TlsWord(listener, server_context(folder, "tls.example"))
    made._servers.append(made.tls)
    made.names.answers["tls.example"] = made.names.answers["front.example"] = ["127.0.0.77"]
    made.entries += ["tls.example", "127.0.0.77:443"]
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture(scope="module")
def flagged_system(net):
    return net.system, Flag(net.system.directory)


def connect(target, then=b""):
    target = target if isinstance(target, bytes) else target.encode()
    return b"CONNECT " + target + b" HTTP/1.1\r\nHost: " + target + b"\r\n\r\n" + then


def get(url, host, more=b""):
    return f"GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode() + more + b"\r\n"


PLAIN = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def client_hello(name):
    """A ClientHello that names a host."""
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def outcomes(attack, *requests, port=3128):
    encoded = [base64.b64encode(request).decode() for request in requests]
    reply = attack.run("egress_raw", port, *encoded, wall_time_ms=120_000)
    assert reply.status == "ok", dict(reply)
    lines = reply.stdout.splitlines()
    assert len(lines) == len(requests), dict(reply)
    return lines


def assert_all(kind, lines):
    assert all(line.startswith(kind) for line in lines), lines


@pytest.fixture
def lifted(net):
    """lifted(entry, ...): these are listed as well until the test has ended."""
    def lift(*entries, **egress):
        net.rewrite(allow=[*net.entries, *entries], **egress)
        done = net.system.brood("egress", "reload")
        assert done.returncode == 0, done
    yield lift
    net.rewrite(allow=net.entries)
    assert net.system.brood("egress", "reload").returncode == 0


def test_odd_spellings_of_names(net, attack, record):
    tail = f":{net.port}"
    names = [b"site.example\0.evil.example", b"site.example%00", b"site.example\r\nX: y",
             b"site.example ", b"site@site.example", b"site.example/", b"si\xd1\x82e.example",
             b"..site.example", b"-.site.example.evil.example", b"a" * 300 + b".example",
             b"site.example..", b"xn--.site.example"]
    lines = outcomes(attack, *(connect(name + tail.encode(), PLAIN) for name in names))
    assert_all("refused", lines)
    control = outcomes(attack, *(connect(f"{name}{tail}", PLAIN)
                                 for name in ("site.example", "SITE.Example", "site.example.")))
    assert_all("reached", control)
    record("odd spellings of a listed name", "all refused", f"{len(control)} usual ones reached")


def spellings(port):
    return [f"{host}:{port}" for host in
            ("127.0.0.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "0x7f000001", "127.1",
             "[::ffff:127.0.0.1]", "[::1]", "[::ffff:7f00:1%25lo]", "0", "0.0.0.0",
             "localhost", "127.0.0.1.")]


def test_addresses_in_every_spelling(net, attack, record, lifted):
    targets = spellings(net.secret_port)
    before = len(net.secret.requests)
    lines = outcomes(attack, *(connect(target, PLAIN) for target in targets))
    assert_all("refused", lines)
    metadata = outcomes(attack, *(connect(f"{host}:80", PLAIN)
                                  for host in ("169.254.169.254", "[fd00:ec2::254]", "0xa9fea9fe",
                                               "168.63.129.16", "100.100.100.200")))
    assert_all("refused", metadata)
    assert len(net.secret.requests) == before
    lifted(f"127.0.0.1:{net.secret_port}")
    control = outcomes(attack, connect(targets[0], PLAIN))
    assert_all("reached", control)
    record("addresses in every spelling", "all refused", "the usual one reached where it is listed")


def test_names_that_lead_inside(net, attack, record, lifted):
    requests = [connect(f"inside.example:{net.secret_port}", PLAIN),
                connect(f"alias.example:{net.secret_port}", PLAIN),
                connect("cloud.example:80", PLAIN),
                # One good answer does not make up for a bad one.
                connect(f"mixed.example:{net.port}", PLAIN)]
    assert_all("refused", outcomes(attack, *requests))
    lifted(f"127.0.0.1:{net.secret_port}")
    assert_all("reached", outcomes(attack, requests[0]))
    record("names that lead to loopback and metadata", "all refused", "reached where the address is listed")


def test_rebinding(net, attack, record):
    turns = [0]

    def rebinding(kind):
        if kind != 1:
            return []
        turns[0] += 1
        return ["127.0.0.1"] if turns[0] % 2 else ["169.254.169.254"]

    net.names.answers["mixed.example"] = rebinding
    try:
        lines = outcomes(attack, *[connect(f"mixed.example:{net.port}", PLAIN)] * 6)
    finally:
        net.names.answers["mixed.example"] = ["127.0.0.1", "169.254.169.254"]
    assert turns[0] >= 2 and {line.split()[0] for line in lines} == {"refused", "reached"}, lines
    # An address that was checked is the one that was connected to: nobody waited for another.
    assert not any("504" in line for line in lines), lines
    record("a name that changes its address", "refused or checked", "reached while it leads to a listed one")


def test_other_names_in_tls(net, attack, record, lifted):
    hello = client_hello("front.example")
    before = net.tls.connections
    lines = outcomes(attack, connect("tls.example:443", hello), connect("tls.example:443", PLAIN),
                     connect("tls.example:443", client_hello("tls.example.evil")))
    assert_all("refused", lines)
    assert_all("reached", outcomes(attack, connect("tls.example:443", client_hello("tls.example"))))
    assert net.tls.connections > before
    lifted(require_sni="off")
    assert_all("reached", outcomes(attack, connect("tls.example:443", hello)))
    record("SNI of another host, no TLS at 443", "refused", "reached without egress.require_sni")


def test_requests_that_say_two_things(net, attack, record):
    good = f"site.example:{net.port}"
    bad = f"secret.example:{net.secret_port}"
    before = len(net.secret.requests)
    lines = outcomes(
        attack,
        get(f"http://{good}/", bad),
        get(f"http://{bad}/", good),
        get(f"http://{good}/", f"{good}\r\nHost: {bad}"),
        f"POST http://{good}/ HTTP/1.1\r\nHost: {good}\r\nContent-Length: 5\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
        get(f"http://{good}\0/", good),
        get(f"http://site@{bad}/", bad))
    assert_all("refused", lines)
    assert len(net.secret.requests) == before
    assert_all("reached", outcomes(attack, get(f"http://{good}/", good)))
    record("Host and target, lengths and codings that differ", "all refused", "one that agrees reached")


def test_a_second_request_on_a_kept_connection(net, attack, record, lifted):
    good, bad = f"site.example:{net.port}", f"secret.example:{net.secret_port}"
    keeping = (f"HEAD http://{good}/ HTTP/1.1\r\nHost: {good}\r\n\r\n"
               f"GET http://{bad}/ HTTP/1.1\r\nHost: {bad}\r\nConnection: close\r\n\r\n").encode()
    before = len(net.secret.requests)
    assert_all("refused", outcomes(attack, keeping))
    assert len(net.secret.requests) == before
    lifted(bad, f"127.0.0.1:{net.secret_port}")
    assert_all("reached", outcomes(attack, keeping))
    record("a second request to another host", "refused", "reached where that is listed")


def test_socks_with_addresses(net, attack, record, lifted):
    def socks(kind, host, port):
        return b"\5\1\0" + b"\5\1\0" + kind + host + port.to_bytes(2, "big") + PLAIN

    address = socks(b"\1", bytes([127, 0, 0, 1]), net.secret_port)
    six = socks(b"\4", bytes(15) + b"\1", net.secret_port)
    name = b"secret.example"
    unlisted = socks(b"\3", bytes([len(name)]) + name, net.secret_port)
    before = len(net.secret.requests)
    assert_all("refused", outcomes(attack, address, six, unlisted, port=1080))
    assert len(net.secret.requests) == before
    lifted(f"secret.example:{net.secret_port}", f"127.0.0.1:{net.secret_port}")
    assert_all("reached", outcomes(attack, unlisted, port=1080))
    record("SOCKS with addresses and unlisted names", "all refused", "reached where it is listed")


def test_half_open_connections(net, attack, record):
    """The common oracle's neighbour has network as well."""
    reply = attack.run("egress_hoard", 10_000, wall_time_ms=120_000, open_files=1024)
    assert reply.status == "ok" and reply.stdout.startswith("opened "), dict(reply)
    assert net.client.get("/health").json.egress.restarts == 0
    assert_all("reached", outcomes(attack, connect(f"site.example:{net.port}", PLAIN)))
    record("10,000 connections that say nothing", "at most egress.job_connections at a time", "one of another job reached")


def test_upgrades(net, attack, record):
    """The proxy could decide nothing about what follows another protocol's greeting."""
    good, bad = f"upgrading.example:{net.upgrading_port}", f"secret.example:{net.secret_port}"
    upgrade = b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n"
    asked = [get(f"http://{host}/", host, upgrade).replace(b"Connection: close", b"Connection: Upgrade")
             for host in (good, bad)]
    before = len(net.upgrading.requests)
    assert_all("refused", outcomes(attack, *asked))
    # It came without what would change the protocol.
    assert not any("Upgrade" in fields for _, _, fields, _ in net.upgrading.requests[before:])
    tunnelled = connect(good, get("/", good, upgrade))
    assert_all("reached", outcomes(attack, tunnelled))
    record("WebSocket upgrade", "passed on without the upgrade, refused where unlisted",
           "passed on in a tunnel to a listed host")


def test_a_client_hello_that_does_not_end(net, attack, record, lifted):
    hello = client_hello("tls.example")
    lifted(head_timeout_ms=1000)
    # The rest never comes: no byte of it may have reached the server by then.
    assert_all("refused", outcomes(attack, *[connect("tls.example:443", hello[:length])
                                             for length in (1, 5, 43, len(hello) - 1)]))
    assert_all("reached", outcomes(attack, connect("tls.example:443", hello)))
    record("a ClientHello that does not end", "refused after egress.head_timeout_ms", "a whole one reached")


def test_sockets_that_listen(net, attack, record):
    """A job that held one could take a neighbour's connections, or keep them from the broker."""
    reply = attack.run("find_listeners")
    assert reply.stdout == "listening True found 0\n", dict(reply)
    control = weakened.run("find_listeners", "own")
    assert control.stdout.startswith("listening True found ")
    assert not control.stdout.endswith(" 0\n")
    record("descriptors of the listeners", reply.stdout.strip(), control.stdout.strip())


def test_a_broker_that_is_killed(net, attack, record):
    """The door that it held is closed for this job, whatever comes in its place."""
    url = f"http://site.example:{net.port}/"
    broker = net.system.status()["egress"]["pid"]
    with attack.start("egress_loop", url, 300, wall_time_ms=120_000) as guest:
        guest.until_output("reached")
        with procs.PidHandle(broker) as handle:
            handle.send(9)
        reply = guest.rest()
    assert reply["status"] == "ok" and guest.output().endswith("refused, and then reached 0\n"), reply
    eventually(lambda: net.system.status()["egress"]["ready"], "another broker is ready")
    assert net.system.status()["egress"]["pid"] != broker
    assert_all("reached", outcomes(attack, connect(f"site.example:{net.port}", PLAIN)))
    record("a loop of connections while the broker is killed", "refused for good", "reached until then")
