"""How a system starts that asks for keys or does not, and how it speaks HTTPS."""

import http.client
import json
import os
import socket
import ssl
import subprocess

import keyed
import preconditions
import procs
import pytest
from eventually import eventually
from system import System


def run(client, code="print(1)"):
    return client.post("/v1/execute", {"language": "python", "code": code})


def serve(environment=None, *flags):
    """Starts Brood with a configuration that refuses, or as if it did; returns what it says."""
    system = System(environment=environment)
    try:
        done = system.brood("serve", *flags, stderr=subprocess.STDOUT, stdout=subprocess.PIPE,
                            capture_output=False)
        return done.returncode, done.stdout.decode()
    finally:
        system.destroy()


@pytest.mark.parametrize("value", ["", "  "])
def test_a_blank_key_refuses_the_start(value):
    code, said = serve({"BROOD_API_KEY": value})
    assert code != 0 and "BROOD_API_KEY: is empty" in said


def test_contradictions_refuse_the_start():
    code, said = serve({"BROOD_API_KEY": "planted-0123456789"}, "--access-mode", "open")
    assert code != 0 and "nobody would be asked for a key" in said and "planted" not in said
    code, said = serve({}, "--access-mode", "keys")
    assert code != 0 and "there are none" in said
    code, said = serve({}, "--access-keys-file", "/nonexistent/keys.json")
    assert code != 0 and "/nonexistent/keys.json" in said


def test_others_than_this_machine_need_a_key_that_is_made_for_the_run():
    system = System({"gateway": {"host": "0.0.0.0"}})
    try:
        keyed.prepare(system, audit=False, keys_file="")
        system.spawn()
        key = system.wait_for_line(r"Key for this run: (brood_\w{49})$").group(1)
        address = system.wait_for_line(r"http://([0-9.]+):(\d+)")
        from client import Client
        system.client = Client(address.group(1), int(address.group(2)))
        system.wait_ready()
        assert run(system.client).status == 401
        system.client.headers = {"X-API-Key": key}
        assert run(system.client).status == 200
        assert system.log().count(key) == 2  # The line, and the request to paste.
        assert key not in open(f"/proc/{system.serve_pid}/cmdline", encoding="utf-8").read()
        system.stop()
    finally:
        system.destroy()


def test_open_to_everybody_is_said():
    system = System({"gateway": {"host": "0.0.0.0"}, "access": {"mode": "open"}})
    try:
        with system:
            assert run(system.client).status == 200
            assert system.client.get("/health").json["access"] == "open"
            assert "access.mode is open: nobody is asked for a key" in system.log()
            assert b"nobody is asked for a key" in system.brood("doctor").stdout
    finally:
        system.destroy()


def test_without_anything_to_do_there_is_no_recorder(system):
    programs = [procs.executable(pid) for pid in procs.descendants(system.serve_pid)]
    assert "brood-recorder" not in programs and "brood-gateway" in programs


def test_one_key_from_the_environment():
    system = System(environment={"BROOD_API_KEY": "planted-0123456789"})
    try:
        keyed.prepare(system, audit=False, keys_file="")
        with system:
            assert run(system.client).status == 401
            system.client.headers = {"Authorization": "Bearer planted-0123456789"}
            assert run(system.client).status == 200
            assert system.client.get("/v1/usage").json["tenant"] == "default"
            assert "planted" not in system.log()
            for pid in procs.descendants(system.serve_pid):
                assert "planted" not in procs.read(pid, "environ"), procs.executable(pid)
            assert "planted" not in system.client.execute(
                "import os; print(os.environ)")["stdout"]
    finally:
        system.destroy()


# --- HTTPS ---------------------------------------------------------------------------------------


def certificate(directory, name, prefix=""):
    """A certificate of this name that has signed itself; the paths of chain and key."""
    chain, key = (os.path.join(directory, f"{prefix}{part}.pem") for part in ("chain", "key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "1", "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName=DNS:{name}", "-keyout", key + ".new", "-out", chain + ".new"],
                   check=True, capture_output=True, timeout=60)
    os.chmod(key + ".new", 0o600)
    os.rename(chain + ".new", chain)
    os.rename(key + ".new", key)
    return chain, key


def add_to_gateway(system, **values):
    """Further settings of the table that every system has."""
    with open(system.config_path, encoding="utf-8") as file:
        text = file.read()
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
    with open(system.config_path, "w", encoding="utf-8") as file:
        file.write(text.replace("[gateway]\n", "[gateway]\n" + lines))


def test_a_clients_certificate_stands_for_a_key():
    system = System()
    try:
        keyed.prepare(system)
        chain, key = certificate(system.directory, "one.test")
        known, stranger, other = (certificate(system.directory, name, prefix) for name, prefix in
                                  (("ci.test", "known-"), ("ci.test", "stranger-"),
                                   ("other.test", "other-")))
        with open(os.path.join(system.directory, "ca.pem"), "w", encoding="ascii") as bundle:
            for path in (known[0], other[0]):
                with open(path, encoding="ascii") as file:
                    bundle.write(file.read())
        add_to_gateway(system, tls_cert=chain, tls_key=key, tls_client_ca=bundle.name)
        done = system.brood("key", "create", "--tenant", "acme", "--certificate", "ci.test")
        assert done.returncode == 0 and not done.stdout
        system.spawn()
        address = system.wait_for_line(r"https://([0-9.]+):(\d+)")

        def run_as(pair):
            context = ssl.create_default_context(cafile=chain)
            context.check_hostname = False
            if pair:
                context.load_cert_chain(*pair)
            connection = http.client.HTTPSConnection(address.group(1), int(address.group(2)),
                                                     timeout=60, context=context)
            try:
                connection.request("POST", "/v1/execute", json.dumps(
                    {"language": "python", "code": "print(1)"}), {"Content-Type": "application/json"})
                response = connection.getresponse()
                return response.status, json.loads(response.read())
            finally:
                connection.close()
        eventually(lambda: run_as(known)[0] == 200, "the system is ready", 60)
        status, answer = run_as(other)
        assert status == 401 and answer["error"]["code"] == "invalid_key"
        for pair in (stranger, None):
            with pytest.raises(OSError):  # The handshake fails.
                run_as(pair)
        jobs = eventually(
            lambda: [line for line in keyed.audited(system) if line["kind"] == "job"],
            "the job is written down")
        assert {line["tenant"] for line in jobs} == {"acme"}
        system.client = None
        system.stop()
    finally:
        system.destroy()


def test_https_with_a_certificate_that_is_renewed():
    system = System()
    try:
        chain, key = certificate(system.directory, "one.test")
        keyed.add_settings(system, {"access": {"state_dir": os.path.join(system.directory, "state")}})
        add_to_gateway(system, tls_cert=chain, tls_key=key)
        system.spawn()
        address = system.wait_for_line(r"https://([0-9.]+):(\d+)")
        where = (address.group(1), int(address.group(2)))

        def speaks(name, trusted):
            context = ssl.create_default_context(cafile=trusted)
            with socket.create_connection(where, timeout=60) as plain:
                with context.wrap_socket(plain, server_hostname=name) as secured:
                    secured.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    return secured.recv(12)
        assert speaks("one.test", chain) == b"HTTP/1.1 200"
        certificate(system.directory, "two.test")
        system.wait_for_line("a new certificate is used")

        def is_renewed():
            try:
                return speaks("two.test", chain) == b"HTTP/1.1 200"
            except ssl.SSLError:
                return False
        eventually(is_renewed, "the new certificate is used")
        with socket.create_connection(where, timeout=60) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert not plain.recv(100).startswith(b"HTTP")
        system.client = None
        system.stop()
    finally:
        system.destroy()


def test_the_command_line_says_what_it_does():
    done = subprocess.run([preconditions.binary("brood"), "key", "create", "--help"],
                          capture_output=True, timeout=60, check=True)
    for option in (b"--tenant", b"--scope", b"--expires", b"--e2b", b"--from-file"):
        assert option in done.stdout
