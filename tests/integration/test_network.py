"""Jobs with network: what they reach, what they are refused, and how they are told."""

import json
import pathlib
import shutil
import tempfile
import textwrap

import procs
import pytest
from eventually import eventually
from networked import Networked
from servers import make_authority, server_context

SECRET = "sk-secret-0123456789"


@pytest.fixture(scope="module")
def authority():
    """A folder that the user of a broker can read; pytest's own are root's."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="brood-authority-"))
    folder.chmod(0o755)
    make_authority(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def net(authority):
    made = Networked({"egress": {
        "ca_file": str(authority / "ca.pem"),
        "aliases": {"api": {"headers": {"Authorization": "Bearer ${env:API_KEY}"}}}}},
        {"API_KEY": SECRET})
    made.site, made.port = made.web("web.example")
    made.other, made.other_port = made.web("other.example")
    made.unlisted, made.unlisted_port = made.web("unlisted.example", listed=False)
    made.raw, made.raw_port = made.echo("raw.example")
    made.api, api_port = made.web("api.example", context=server_context(authority, "api.example"))
    made._settings["egress"]["aliases"]["api"]["origin"] = f"https://api.example:{api_port}"
    try:
        yield made.start()
    finally:
        made.close()


def run(net, code, **fields):
    return net.client.execute(textwrap.dedent(code), **fields)


FETCH = """
    import sys, urllib.request, urllib.error
    for url in sys.argv[1:]:
        try:
            with urllib.request.urlopen(url) as answer:
                print(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            print(error.code, error.read().decode())
        except OSError as error:
            print(type(error).__name__, error)
"""


def fetch(net, *urls, **fields):
    return run(net, FETCH, args=list(urls), **fields)


def test_a_listed_name_is_reached_and_reported(net):
    reply = fetch(net, f"http://web.example:{net.port}/")
    assert (reply.status, reply.stdout) == ("ok", "200 hello \n"), reply
    (use,) = reply.egress.allowed
    assert (use["host"], use["port"], use["connections"]) == ("web.example", net.port, 1)
    assert use["up_bytes"] > 0 and use["down_bytes"] > 0
    assert reply.egress.denied == [] and not reply.egress.lost


def test_an_unlisted_name_is_refused_in_words(net):
    before = len(net.unlisted.requests)
    reply = fetch(net, f"http://unlisted.example:{net.unlisted_port}/")
    assert reply.stdout.startswith("403 ") and "unlisted.example" in reply.stdout
    (denial,) = reply.egress.denied
    assert (denial["host"], denial["reason"]) == ("unlisted.example", "not_listed")
    assert len(net.unlisted.requests) == before


def test_a_job_without_network_has_none(net):
    reply = run(net, f"""
        import os, socket
        print(os.environ.get("HTTP_PROXY"), os.environ.get("https_proxy"))
        for port in (3128, 1080, 3129):
            print(socket.socket().connect_ex(("127.0.0.1", port)))
        try:
            socket.getaddrinfo("raw.example", {net.raw_port})
        except socket.gaierror as error:
            print("unknown")
        """, network=False)
    assert reply.stdout == "None None\n111\n111\n111\nunknown\n", reply
    assert "egress" not in reply


def test_the_variables_are_there_in_both_cases_and_a_jobs_own_win(net):
    code = """
        import os
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
            print(os.environ[name] == os.environ[name.lower()])
        print(os.environ["HTTP_PROXY"], os.environ["NODE_USE_ENV_PROXY"])
        """
    assert run(net, code).stdout == "True\n" * 4 + "http://127.0.0.1:3128 1\n"
    own = run(net, code, env={"HTTP_PROXY": "x", "http_proxy": "x"})
    assert own.stdout == "True\n" * 4 + "x 1\n"


def test_a_request_narrows(net):
    urls = (f"http://web.example:{net.port}/", f"http://other.example:{net.other_port}/")
    both = fetch(net, *urls)
    assert both.stdout.splitlines()[::1] == ["200 hello ", "200 hello "]
    one = fetch(net, *urls, network={"allow": [f"web.example:{net.port}"]})
    first, second = one.stdout.splitlines()[:2]
    assert first == "200 hello " and second.startswith("403 ")
    none = fetch(net, urls[0], network={"allow": []})
    assert none.stdout.startswith("403 ")


def refused(net, network):
    response = net.client.post("/v1/execute",
                               {"language": "python", "code": "", "network": network})
    assert response.status == 400, response
    return response.json.error


def test_a_request_never_widens(net):
    error = refused(net, {"allow": [f"web.example:{net.port}", "evil.example"]})
    assert (error.code, error.field) == ("network_not_allowed", "network.allow[1]")
    assert "evil.example" in error.message
    assert refused(net, {"allow": ["*"]}).code == "network_not_allowed"
    assert refused(net, {"allow": ["no name"]}).code == "network_not_allowed"
    assert refused(net, {}).code == "missing_field"
    assert refused(net, 1).code == "invalid_type"
    assert refused(net, {"deny": []}).code == "unknown_field"


def test_a_name_with_a_port_is_reached_by_programs_that_know_no_proxy(net):
    reply = run(net, f"""
        import socket
        print(socket.gethostbyname("raw.example"))
        with socket.create_connection(("raw.example", {net.raw_port})) as connection:
            connection.sendall(b"ping")
            print(connection.recv(4))
        """)
    address, answer = reply.stdout.splitlines()
    assert address.startswith("127.77.") and answer == "b'ping'", reply
    assert [use["host"] for use in reply.egress.allowed] == ["raw.example"]


def test_hosts_cannot_be_written_and_there_is_no_resolver(net):
    reply = run(net, """
        import os, socket
        for path in ("/etc/hosts", "/etc/nsswitch.conf"):
            try:
                open(path, "a")
            except OSError as error:
                print(error.strerror)
        print(repr(open("/etc/resolv.conf").read()), "dns" in open("/etc/nsswitch.conf").read())
        print(os.listdir("/dev/shm"))
        try:
            socket.getaddrinfo("web.example.org", 80)
        except socket.gaierror:
            print("unknown")
        """)
    *refusals, files, shm, name = reply.stdout.splitlines()
    assert len(refusals) == 2 and all("denied" in r or "ead-only" in r for r in refusals), reply
    assert (files, shm, name) == ("'' False", "[]", "unknown")


def test_a_secret_is_added_where_the_job_cannot_read_it(net):
    reply = run(net, """
        import os, urllib.request
        print(urllib.request.urlopen("http://127.0.0.1:3129/api/v1/models").read())
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for name in ("environ", "cmdline"):
                try:
                    print(open(f"/proc/{pid}/{name}").read())
                except OSError:
                    pass
        """)
    assert reply.stdout.startswith("b'hello '"), reply
    assert SECRET not in json.dumps(reply)
    _, path, headers, _ = net.api.requests[-1]
    assert (path, headers["Authorization"]) == ("/v1/models", f"Bearer {SECRET}")


def test_jobs_with_network_start_hot(net):
    net.system.settle()
    reply = run(net, "print(1)")
    assert reply.timing.start == "hot" and "egress" in reply
    other = run(net, "print(1)", network=False)
    assert other.status == "ok" and "egress" not in other


def test_a_stream_ends_with_the_report(net):
    with net.client.stream(textwrap.dedent(FETCH),
                           args=[f"http://web.example:{net.port}/"]) as stream:
        result = stream.rest()
    assert stream.output() == "200 hello \n"
    assert [use["host"] for use in result["egress"]["allowed"]] == ["web.example"]


def test_a_listener_is_no_descriptor_of_the_jobs(net):
    reply = run(net, """
        import os
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            except OSError:
                continue
            print([link for link in links if link.startswith("socket:")])
        """)
    assert set(reply.stdout.splitlines()) <= {"[]"}, reply


def test_only_the_broker_holds_the_listeners(net):
    """Neither the supervisor nor the slot builder nor an init keeps a socket that listens."""
    broker = net.system.status()["egress"]["pid"]
    net.system.settle()
    for pid in net.system.pids():
        if pid == broker or procs.executable(pid) in ("brood-gateway", "brood"):
            continue
        inodes = {link[8:-1] for link in procs.fd_links(pid).values()
                  if link.startswith("socket:[")}
        try:
            with open(f"/proc/{pid}/net/tcp", encoding="ascii") as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except OSError:
            continue
        listening = {row[9] for row in rows if row[3] == "0A"}
        assert not inodes & listening, (pid, procs.executable(pid))


def test_the_broker_has_a_user_and_no_capability(net):
    status = net.system.status()["egress"]
    facts = procs.status(status["pid"])
    assert int(facts["CapEff"], 16) == int(facts["CapPrm"], 16) == 0
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    if net.system.tier == "root":
        assert status["missing"] == []
        assert procs.uid(status["pid"]) not in (0, *net.system.uids)
        assert procs.uid(status["pid"]) != procs.uid(net.system.roles.gateway())
    else:
        assert status["missing"] == ["own_user: no user was named"]


def test_compiled_programs_have_it_as_well(net):
    code = """
        #include <arpa/inet.h>
        #include <sys/socket.h>
        #include <cstdio>
        int main() {
          sockaddr_in to{};
          to.sin_family = AF_INET;
          to.sin_port = htons(3128);
          to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
          std::printf("%d\\n", connect(socket(AF_INET, SOCK_STREAM, 0), (sockaddr*)&to, sizeof to));
        }
        """
    response = net.client.post("/v1/execute", {"language": "cpp", "code": textwrap.dedent(code)})
    assert response.json.stdout == "0\n", response


def test_it_is_told_of_everywhere(net):
    health = net.client.get("/health").json
    assert health.egress.enabled and health.egress.ready and health.egress.by_default
    assert health.egress.entries == len(net.entries)
    metrics = net.client.get("/metrics").body.decode()
    for name in ("brood_egress_ready 1", "brood_egress_connections_total ",
                 'brood_egress_refused_total{reason="not_listed"}'):
        assert name in metrics, metrics
    # It runs a program in each language, which takes longer than a connection may be idle.
    doctor = net.system.brood("doctor").stdout.decode()
    net.client.close()
    assert f"{len(net.entries)} entries in egress.allow" in doctor, doctor
    for act in ("egress_unlisted_name", "egress_address", "egress_metadata"):
        (line,) = [line for line in doctor.splitlines() if f"canary: {act}" in line]
        assert " ok " in line and "HTTP/1.1 403" in line, line
    assert net.client.get("/health").json.canary.broken == []


def test_check_says_which_rule_decides(net):
    allowed = net.system.brood("egress", "check", f"web.example:{net.port}")
    assert allowed.returncode == 0 and f"web.example:{net.port}" in allowed.stdout.decode()
    other = net.system.brood("egress", "check", "evil.example")
    assert other.returncode == 1 and "not_listed" in other.stdout.decode()
    assert net.system.brood("egress", "check", "0x7f.1").returncode == 1


def test_a_new_list_needs_no_restart(net):
    url = f"http://unlisted.example:{net.unlisted_port}/"
    extra = [f"unlisted.example:{net.unlisted_port}", f"127.0.0.1:{net.unlisted_port}"]
    supervisor = net.system.roles.supervisor()
    net.rewrite(allow=net.entries + extra)
    done = net.system.brood("egress", "reload")
    assert done.returncode == 0, done
    try:
        assert fetch(net, url).stdout == "200 hello \n"
        # Also by its name, for which there is an address in new sandboxes.
        assert run(net, "import socket; print(socket.gethostbyname('unlisted.example'))"
                   ).stdout.startswith("127.77.")
        net.rewrite(allow=["no name"])
        wrong = net.system.brood("egress", "reload")
        assert wrong.returncode != 0 and "egress.allow" in wrong.stderr.decode(), wrong
        assert fetch(net, url).stdout == "200 hello \n"
    finally:
        net.rewrite(allow=net.entries)
        assert net.system.brood("egress", "reload").returncode == 0
    assert fetch(net, url).stdout.startswith("403 ")
    assert net.system.roles.supervisor() == supervisor


def test_without_its_broker_a_job_is_refused_and_the_next_has_another(net):
    code = """
        import socket, time
        held = socket.create_connection(("127.0.0.1", 3128))
        print("begun", flush=True)
        try:
            while held.recv(1):
                pass
        except OSError:
            pass
        while True:
            error = socket.socket().connect_ex(("127.0.0.1", 3128))
            if error:
                break
        print(error)
        """
    broker = net.system.status()["egress"]["pid"]
    with net.client.stream(textwrap.dedent(code)) as stream:
        stream.until_output("begun")
        with procs.PidHandle(broker) as handle:
            handle.send(9)
        result = stream.rest()
    assert stream.output() == "begun\n111\n", stream.seen
    assert result["egress"]["lost"] is True
    eventually(lambda: net.system.status()["egress"]["ready"], "another broker is ready")
    status = net.system.status()["egress"]
    assert status["pid"] != broker and status["restarts"] == 1
    assert fetch(net, f"http://web.example:{net.port}/").stdout == "200 hello \n"


def test_nothing_is_left(net):
    before = net.system.census()
    for _ in range(20):
        assert fetch(net, f"http://web.example:{net.port}/").status == "ok"
    net.system.assert_census(before)


@pytest.fixture
def for_those_who_ask():
    made = Networked({"egress": {"unasked": "off"}})
    made.site, made.port = made.web("web.example")
    # More sockets for each sandbox than a message of descriptors has room for.
    made.entries += [f"name{number}.example:{5000 + number}" for number in range(40)]
    try:
        yield made.start()
    finally:
        made.close()


def test_network_for_those_who_ask(for_those_who_ask):
    net = for_those_who_ask
    url = f"http://web.example:{net.port}/"
    unasked = fetch(net, url)
    assert "egress" not in unasked and "200" not in unasked.stdout, unasked
    assert unasked.timing.start == "hot"
    assert fetch(net, url, network=True).stdout == "200 hello \n"
    many = run(net, """
        import socket
        print(sum(socket.socket().connect_ex((f"name{n}.example", 5000 + n)) == 0 for n in range(40)))
        """, network=True)
    assert many.stdout == "40\n", many
    assert net.client.get("/health").json.egress.by_default is False


def test_it_is_off_unless_it_is_switched_on(start_system):
    client = start_system().client
    assert "egress" not in client.execute("print(1)")
    for network in (True, {"allow": []}):
        response = client.post("/v1/execute",
                               {"language": "python", "code": "", "network": network})
        assert (response.status, response.json.error.code) == (400, "network_unavailable")
        assert "egress.enabled" in response.json.error.message
    assert client.execute("print(1)", network=False).status == "ok"
    assert client.get("/health").json.egress.enabled is False
