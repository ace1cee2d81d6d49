"""Programs that others wrote, as jobs with network: each works where its name is listed, and is refused
with a text that says why where it is not.

Package registries are the real ones; all others are servers of the tests' own.
"""

import pathlib
import shutil
import socket
import subprocess
import textwrap

import pytest
from networked import Networked
from servers import make_authority, server_context

# As on the command line of Debian's packages.
POSTGRES = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))), None)
HAS_JAVA = shutil.which("javac", path="/usr/bin") is not None
HAS_NPM = shutil.which("npm", path="/usr/bin") is not None
SCRIPT = {"language": "bash", "limits": {"wall_time_ms": 120_000, "cpu_time_ms": 60_000,
                                         "memory_bytes": 768 << 20, "workspace_bytes": 128 << 20}}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    folder.chmod(0o755)
    make_authority(folder)
    return folder


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A bare repository with one commit, as plain files."""
    folder = tmp_path_factory.mktemp("git")
    work, bare = folder / "work", folder / "project.git"
    quiet = {"check": True, "capture_output": True}
    subprocess.run(["git", "init", "-q", "-b", "main", str(work)], **quiet)
    (work / "README").write_text("from the repository\n")
    git = ["git", "-C", str(work), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run([*git, "add", "."], **quiet)
    subprocess.run([*git, "commit", "-qm", "first"], **quiet)
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(bare)], **quiet)
    subprocess.run(["git", "-C", str(bare), "update-server-info"], **quiet)
    return folder


def files_of(folder):
    """Answers requests with the files of a folder."""
    def answer(handler, _):
        path = folder / handler.path.split("?")[0].lstrip("/")
        found = path.is_file()
        body = path.read_bytes() if found else b"no such file"
        handler.send_response(200 if found else 404)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    return answer


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """A real server on loopback; yields its port."""
    assert POSTGRES is not None, "install postgresql"
    folder = tmp_path_factory.mktemp("postgres")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    shutil.chown(folder, "postgres")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def as_postgres(*command, **options):
        return subprocess.run(["/usr/sbin/runuser", "-u", "postgres", "--", *map(str, command)],
                              check=True, stdout=subprocess.DEVNULL, cwd="/", **options)

    data = folder / "data"
    as_postgres(POSTGRES / "initdb", "-D", data, "-A", "trust", "-U", "postgres")
    as_postgres(POSTGRES / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o",
                f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=", "start")
    yield port
    as_postgres(POSTGRES / "pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def net(authority, repository, postgres):
    made = Networked({
        "egress": {"ca_file": str(authority / "ca.pem"), "aliases": {"git": {"headers": []}}},
        "limits": {"memory_bytes": {"default": 256 << 20, "max": 1 << 30}}})
    context = server_context(authority, "site.example", "git.example")
    made.site, made.site_port = made.web("site.example", context=context)
    made.plain, made.plain_port = made.web("plain.example")
    made.git, made.git_port = made.web("git.example", files_of(repository), context)
    made._settings["egress"]["aliases"]["git"]["origin"] = f"https://git.example:{made.git_port}"
    made.allow("db.example", postgres)
    made.entries += ["pypi", "npm"]
    for name in ("pypi.org", "files.pythonhosted.org", "registry.npmjs.org"):
        made.names.answers[name] = asked_elsewhere(name)
    try:
        yield made.start()
    finally:
        made.close()


def asked_elsewhere(name):
    """Answers as the machine's own name servers do."""
    def answer(kind):
        family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        if family is None:
            return []
        try:
            found = socket.getaddrinfo(name, 443, family, socket.SOCK_STREAM)
        except socket.gaierror:
            return []
        return sorted({entry[4][0] for entry in found})
    return answer


def script(net, text, **fields):
    response = net.client.post("/v1/execute", {"code": textwrap.dedent(text), **SCRIPT, **fields})
    assert response.status == 200, response
    return response.json


def program(net, language, text, **fields):
    return script(net, text, **{"language": language, **fields})


def with_authority(authority):
    content = (authority / "ca.pem").read_text()
    return {"files": [{"path": "ca.pem", "content": content}]}


NONE = {"network": {"allow": []}}


def assert_refused(reply, host):
    assert host in [each["host"] for each in reply.egress.denied], reply
    assert reply.egress.allowed == []
    return reply.stdout + reply.stderr


def test_pip(net):
    install = "python3 -m pip install --no-cache-dir --target /tmp/there six==1.16.0"
    reply = script(net, f"{install} && PYTHONPATH=/tmp/there python3 -c 'import six; print(six.__version__)'")
    assert reply.status == "ok" and reply.stdout.endswith("1.16.0\n"), reply
    hosts = {use["host"] for use in reply.egress.allowed}
    assert hosts == {"pypi.org", "files.pythonhosted.org"}, reply
    told = assert_refused(script(net, f"{install} --retries 1", **NONE), "pypi.org")
    assert "403" in told, told


@pytest.mark.parametrize("npm", ["npm"] if HAS_NPM else [])
def test_npm(net, npm):
    install = f"cd /tmp && {npm} install --no-audit --no-fund --fetch-retries 0 is-number@7.0.0"
    reply = script(net, f"{install} && node -e 'console.log(require(\"/tmp/node_modules/is-number\")(5))'")
    assert reply.status == "ok" and reply.stdout.endswith("true\n"), reply
    assert {use["host"] for use in reply.egress.allowed} == {"registry.npmjs.org"}
    told = assert_refused(script(net, install, **NONE), "registry.npmjs.org")
    assert "403" in told


def test_git_over_tls(net, authority):
    clone = (f"GIT_SSL_CAINFO=$PWD/ca.pem git clone -q https://git.example:{net.git_port}/project.git "
             "/tmp/clone")
    reply = script(net, f"{clone} && cat /tmp/clone/README", **with_authority(authority))
    assert reply.stdout == "from the repository\n", reply
    told = assert_refused(script(net, clone, **NONE, **with_authority(authority)), "git.example")
    assert "403" in told


def test_git_by_an_alias_whose_certificate_the_broker_checks(net):
    clone = "git clone -q http://127.0.0.1:3129/git/project.git /tmp/clone && cat /tmp/clone/README"
    reply = script(net, clone)
    assert reply.stdout == "from the repository\n", reply


def test_curl(net, authority):
    for url, more in ((f"http://plain.example:{net.plain_port}/", ""),
                      (f"https://site.example:{net.site_port}/", "--cacert ca.pem")):
        get = f"curl -sS --fail-with-body {more} {url}"
        reply = script(net, get, **with_authority(authority))
        assert reply.stdout == "hello ", reply
        reply = script(net, get, **NONE, **with_authority(authority))
        host = url.split("/")[2].split(":")[0]
        assert "403" in assert_refused(reply, host)
    socks = script(net, f"curl -sS --noproxy '' -x socks5h://127.0.0.1:1080 http://plain.example:{net.plain_port}/")
    assert socks.stdout == "hello ", socks


REQUESTS = """
    import requests, sys
    try:
        print(requests.get(sys.argv[1], verify="ca.pem").text)
    except requests.exceptions.RequestException as error:
        print("failed", error)
"""


def test_requests(net, authority):
    url = f"https://site.example:{net.site_port}/"
    given = {"args": [url], **with_authority(authority)}
    assert program(net, "python", REQUESTS, **given).stdout == "hello \n"
    told = assert_refused(program(net, "python", REQUESTS, **given, **NONE), "site.example")
    assert "403" in told


NODE = """
    const url = process.argv[2];
    fetch(url).then((answer) => answer.text()).then(console.log,
      (error) => { console.log('failed', error.message, error.cause?.message); process.exit(1); });
"""


@pytest.mark.parametrize("how", ["parked", "child"])
def test_node_fetch(net, authority, how):
    url = f"https://site.example:{net.site_port}/"
    given = {"args": [url], "env": {"NODE_EXTRA_CA_CERTS": "/workspace/ca.pem"},
             "files": [*with_authority(authority)["files"], {"path": "f.js", "content": NODE}]}
    if how == "parked":
        # Its certificates are those that it had when it parked.
        text = NODE.replace("const url", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; const url")
    else:
        text = """
            const { spawnSync } = require('node:child_process');
            const done = spawnSync('node', ['f.js', process.argv[2]], { stdio: 'inherit' });
            process.exit(done.status);
        """
    reply = program(net, "javascript", text, **given)
    assert reply.stdout == "hello \n", reply
    told = assert_refused(program(net, "javascript", text, **given, **NONE), "site.example")
    assert "403" in told


JAVA = """
    import java.net.URI;
    import java.net.http.*;
    public class Main {
      public static void main(String[] args) throws Exception {
        var answer = HttpClient.newHttpClient().send(
            HttpRequest.newBuilder(URI.create(args[0])).build(),
            HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
      }
    }
"""


@pytest.mark.parametrize("language", ["java"] if HAS_JAVA else [])
def test_java(net, language):
    url = f"http://plain.example:{net.plain_port}/"
    reply = program(net, language, JAVA, args=[url])
    assert reply.stdout == "200 hello \n", reply
    reply = program(net, language, JAVA, args=[url], **NONE)
    assert reply.stdout.startswith("403 ") and "plain.example" in reply.stdout, reply


def test_psql_by_a_named_port(net, postgres):
    ask = f"psql 'host=db.example port={postgres} user=postgres connect_timeout=20' -Atc 'select 6*7'"
    reply = script(net, ask)
    assert reply.stdout == "42\n", reply
    assert [(use["host"], use["port"]) for use in reply.egress.allowed] == [("db.example", postgres)]
    reply = script(net, ask, **NONE)
    assert reply.status == "error"
    assert [each["host"] for each in reply.egress.denied] == ["db.example"]
