"""The image: made from the committed Dockerfile, it serves or refuses wherever it is put."""

import json
import re

import pytest

from client import Client
from conftest import LABELS
from eventually import eventually
from plain import assert_plain

# The deployment that the project began with.
SEED = ["--user", "1000", "--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges",
        "--memory", "2g", "--cpus", "1"]


@pytest.fixture
def start(podman, image):
    containers = []

    def start_one(*flags, of=image):
        containers.append(podman.start(of, *flags))
        return containers[-1]

    yield start_one
    for container in containers:
        container.remove()


def client_of(container):
    client = Client("127.0.0.1", container.port)

    def is_ready():
        assert container.is_running(), container.log()
        try:
            return client.get("/ready").status == 200
        except OSError:
            return False
    eventually(is_ready, container.log, 90)
    return client


def test_the_labels_say_what_it_is(podman, image):
    config = podman.inspect(image)["Config"]
    labels = {name: config["Labels"][f"org.opencontainers.image.{name}"]
              for name in ("created", "revision", "version")}
    assert list(labels.values()) == list(LABELS.values())
    assert (config["User"], list(config["ExposedPorts"])) == ("1000:1000", ["8000/tcp"])
    assert not [entry for entry in config["Env"] if re.search("(?i)key|token|secret|password", entry)]


def test_it_runs_jobs_under_the_seeds_constraints(podman, start):
    container = start(*SEED)
    client = client_of(container)
    assert client.get("/health").status == 200
    for language, code in (("python", "print(6 * 7)"), ("bash", "echo $((6 * 7))")):
        result = client.post("/v1/execute", {"language": language, "code": code}).json
        assert (result.status, result.stdout) == ("ok", "42\n"), result
        assert result.isolation.tier == "process"
    podman("healthcheck", "run", container.name)
    client.close()
    container.stop()
    assert container.exit_code() == 0, container.log()


def test_the_full_image_has_its_languages_warm(start, full_image):
    client = client_of(start(*SEED, of=full_image))
    for language, code in (("python", "import pandas, matplotlib.pyplot; print(pandas.Series([42]).sum())"),
                           ("javascript", "console.log(6 * 7)"), ("ruby", "puts 6 * 7")):
        result = client.post("/v1/execute", {"language": language, "code": code}).json
        assert (result.status, result.stdout, result.timing.start) == ("ok", "42\n", "hot"), result
    client.close()


def test_the_health_check_fails_where_nothing_listens(podman, image):
    assert podman.once(image, "/usr/libexec/brood-healthcheck").returncode == 1


@pytest.mark.parametrize("flags, tier", [
    (["--read-only-tmpfs=false"], "process"),
    (["--env", "BROOD_PORT=tcp://10.0.0.1:80", "--env", "BROOD_SERVICE_HOST=10.0.0.1"], "process"),
    (["--user", "12345"], "process"),
    # Podman's profile lets namespaces be made and no host name be set in them.
    (["--security-opt", "unmask=ALL"], "process"),
    (["--security-opt", "unmask=ALL", "--security-opt", "seccomp=unconfined"], "user")],
    ids=["no tmpfs", "service variables", "another user", "unmasked", "unconfined"])
def test_it_serves_elsewhere(start, flags, tier):
    client = client_of(start(*SEED, *flags))
    result = client.execute("print(1)")
    assert (result.status, result.isolation.tier, result.timing.start) == ("ok", tier, "hot"), result
    client.close()


def test_root_with_the_usual_capabilities_is_told_to_be_somebody_else(start):
    container = start("--user", "0", "--cap-add", "mknod,net_raw,audit_write")
    assert container.exit_code() == 1
    assert_refused(container, "no sandbox can be built here", "start Brood as a user who owns nothing")


@pytest.mark.parametrize("flags, reason, fix", [
    (["--read-only-tmpfs=false", "--image-volume", "ignore"], "Read-only file system",
     "supervisor.runtime_dir"),
    (["--tmpfs", "/tmp:rw,noexec,mode=1777"], "mounted with noexec", "--tmpfs /tmp:exec"),
    (["--tmpfs", "/tmp:rw,size=64k,mode=1777"], "has 0 MiB left", "size=512m")],
    ids=["nowhere to write", "noexec", "full"])
def test_it_says_why_not_and_what_to_do(start, flags, reason, fix):
    container = start(*SEED, *flags)
    assert container.exit_code() == 1
    assert_refused(container, reason, fix)


def assert_refused(container, reason, fix):
    said = [line for line in container.log().splitlines() if "refusing to start" in line]
    assert len(said) == 1, container.log()
    assert_plain(said[0])
    assert reason in said[0] and fix in said[0].partition("; fix: ")[2], said


def test_it_lists_what_it_consists_of(podman, image):
    bill = json.loads(podman.once(image, "cat", "/usr/share/doc/brood/sbom.spdx.json").stdout)
    assert bill["spdxVersion"] == "SPDX-2.3"
    listed = {f"{one['name']} {one['versionInfo']}" for one in bill["packages"]}
    installed = podman.once(image, "dpkg-query", "-W", "-f", "${Package} ${Version}\n").stdout.splitlines()
    assert set(installed) <= listed
    linked = {name.split()[0] for name in listed} - {line.split()[0] for line in installed}
    assert {"libcapnp-dev", "libuv1-dev"} <= linked
    identifiers = [one["SPDXID"] for one in bill["packages"]]
    assert len(set(identifiers)) == len(identifiers)
