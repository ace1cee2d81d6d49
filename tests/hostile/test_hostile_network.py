"""Guests that talk: to the host, to its neighbours, to the world."""

import contextlib
import select
import socket
import uuid

import procs
import weakened
from attack import source


def host_addresses():
    """The machine's own addresses, loopback first, from the kernel's local routing table."""
    found, last = ["127.0.0.1"], ""
    for line in procs.read("self", "net/fib_trie").splitlines():
        words = line.split()
        if words and words[0] == "|--":
            last = words[1]
        elif words[:3] == ["/32", "host", "LOCAL"] and last not in found:
            found.append(last)
    return found


@contextlib.contextmanager
def listeners():
    """One listening socket on each of the host's addresses, and one on IPv6 loopback."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server((address, 0)))
                   for address in host_addresses()]
        with contextlib.suppress(OSError):
            sockets.append(stack.enter_context(
                socket.create_server(("::1", 0), family=socket.AF_INET6)))
        yield sockets


def test_nothing_but_loopback(attack, record):
    with listeners() as sockets:
        targets = ["{}/{}".format(*s.getsockname()[:2]) for s in sockets]
        gateway = f"127.0.0.1/{attack.system.client.port}"
        world = ["1.1.1.1/53", "169.254.169.254/80", "10.0.0.1/80", "localhost/22"]
        reply = attack.run("connect_out", *targets, gateway, *world, wall_time_ms=60_000)
        assert reply.status == "ok", dict(reply)
        assert "reached" not in reply.stdout, reply.stdout
        assert len(reply.stdout.splitlines()) == len(targets) + 1 + len(world)
        assert select.select(sockets, [], [], 0)[0] == [], "a connection came through"

        control = weakened.run("connect_out", *targets)
        assert control.stdout == "".join(f"reached {target}\n" for target in targets)
    record("connect to the host and the world", "all refused", f"{len(targets)} reached")


def test_abstract_sockets_of_a_neighbour(attack, record):
    name = f"brood-{uuid.uuid4().hex}"
    # Nobody has a socket with a name where all would share them.
    refusal = "PermissionError" if attack.shares_host else "ConnectionRefusedError"
    if attack.shares_host:
        # It says its token once it listens.
        listening = attack.system.client.execute(source("abstract_listen"), args=["token", name])
        assert listening.status == "error" and refusal in listening.stderr, dict(listening)
    else:
        with attack.start("abstract_listen", name):
            reply = attack.run("abstract_connect", name)
            assert reply.stdout == f"refused {refusal}\n", dict(reply)

    with weakened.started("abstract_listen", name):
        control = weakened.run("abstract_connect", name)
        assert control.stdout == "heard hello\n"
        inside = attack.run("abstract_connect", name)
        assert inside.stdout == f"refused {refusal}\n", dict(inside)
    record("abstract socket of a neighbour", "refused", "heard hello")


TRACES = ("datagram", "connection", "label")


def test_traces_in_a_network(attack, record):
    """As many look as there are networks, so that each that is used again has had its turn."""
    for trace in TRACES:
        left = attack.run("network_leave", trace)
        if attack.shares_host:
            # There it has no socket to leave anything with.
            assert left.status == "error" and "left" not in left.stdout, dict(left)
        elif trace == "label":
            # The whole host has a fixed number of these.
            assert left.status == "error" and "Protocol not available" in left.stderr, dict(left)
        else:
            assert left.stdout == f"left {trace}\n", dict(left)
    for _ in range(0 if attack.shares_host else 24):
        looked = attack.run("network_look")
        assert (looked.status, looked.stdout) == ("ok", ""), dict(looked)

    control = weakened.run_in_own_namespaces(
        ["--mount", "--net"],
        "guest network_leave nothing; "
        + "".join(f"guest network_leave {trace}; " for trace in TRACES) + "guest network_look")
    for thing in ("packets", "a socket in tcp", "a flow label", "Udp:OutDatagrams"):
        assert f"found {thing}\n" in control, control
    record("traces in a network that is used again",
           "no socket" if attack.shares_host else "none found", f"{control.count('found')} found")
