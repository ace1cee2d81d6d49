"""Layers that are missing or switched off are named by everything that reports isolation."""

import os
import sys

import pytest

import kernel
from plain import assert_plain
from system import System

LANDLOCK_CALLS = "444,445,446"
WITHOUT_LANDLOCK = [sys.executable, "-B", os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../support/without_calls.py"), LANDLOCK_CALLS]


def reports(system):
    """The isolation of a result and of /health."""
    return (system.client.execute("print(1)").isolation,
            system.client.get("/health").json["isolation"])


def test_a_kernel_without_landlock_is_reported_and_serves_all_the_same():
    with System(prefix=WITHOUT_LANDLOCK) as system:
        for report in reports(system):
            assert "landlock" not in report["layers"]
            assert report["missing"] == ["landlock: Operation not supported"]
            assert report["level"] == "namespaces"


def test_without_a_required_layer_it_refuses_and_names_layer_and_fix():
    system = System(settings={"layers": {"landlock": "required"}}, prefix=WITHOUT_LANDLOCK)
    try:
        system.spawn()
        system.wait_for_line("refusing to start.*landlock.*fix: .*kernel with Landlock")
        assert system.serve.wait(60) != 0
        assert_plain(system.log())
    finally:
        system.destroy()


def test_the_same_layer_required_where_it_is_to_be_had():
    with System(settings={"layers": {"landlock": "required"}}) as system:
        for report in reports(system):
            assert "landlock" in report["layers"] and report["missing"] == kernel.layers_in_part()


# An overlay of an overlay is as deep as the kernel lets them be, and a sandbox's would be the third.
DEEP_OPT = ["/usr/bin/unshare", "--mount", "/bin/sh", "-ec", """
    mount -t tmpfs none /mnt; mkdir /mnt/a /mnt/b /mnt/c
    mount -t overlay -o lowerdir=/usr/share/doc:/mnt/a none /mnt/b
    mount -t overlay -o lowerdir=/mnt/b:/mnt/c none /opt
    exec "$@" """, "sh"]
WITH_OPT = {"sandbox": {"read_only_paths": ["/usr", "/opt"]}}


def test_a_path_that_can_only_be_bound_is_named():
    with System(settings=WITH_OPT, prefix=DEEP_OPT) as system:
        for report in reports(system):
            assert "own_inodes" not in report["layers"] and "read_only_root" in report["layers"]
            assert report["missing"] == ["own_inodes: /opt: Invalid argument",
                                         *kernel.layers_in_part()]
            assert report["level"] == "namespaces"
        # The other one has inodes of its own all the same.
        reply = system.client.execute("import os\nprint(len(os.listdir('/opt')) > 0,\n"
                                      "      os.stat('/usr').st_dev == " f"{os.stat('/usr').st_dev})")
        assert reply.stdout == "True False\n", dict(reply)


def test_where_that_is_required_it_refuses():
    system = System(settings=WITH_OPT | {"layers": {"own_inodes": "required"}}, prefix=DEEP_OPT)
    try:
        system.spawn()
        system.wait_for_line("refusing to start.*own_inodes.*fix: .*overlayfs")
        assert system.serve.wait(60) != 0
        assert_plain(system.log())
    finally:
        system.destroy()


@pytest.mark.parametrize("layer, level", [("net", "process"), ("landlock", "namespaces"),
                                          ("cgroup_pids", "namespaces")])
def test_a_layer_that_is_off_is_reported(layer, level):
    with System(settings={"layers": {layer: "off"}}) as system:
        for report in reports(system):
            assert layer not in report["layers"]
            in_part = [] if layer == "landlock" else kernel.layers_in_part()
            assert sorted(report["missing"]) == sorted([f"{layer}: off", *in_part])
            assert report["level"] == level


def test_a_request_switches_nothing(system, client):
    for field in ("layers", "isolation", "sandbox"):
        response = client.post("/v1/execute", {"language": "python", "code": "print(1)",
                                               field: {"landlock": "off"}})
        assert response.status == 400 and field in str(response.json), response


def test_processes_of_ours_are_closed(system):
    """The files that a process has in /proc belong to root while it is not dumpable. The gateway
    runs as another user, so its files would show that."""
    gateway = system.roles.gateway()
    assert os.stat(f"/proc/{gateway}/environ").st_uid == 0
    with System(settings={"layers": {"dumpable": "off"}}) as control:
        assert os.stat(f"/proc/{control.roles.gateway()}/environ").st_uid != 0
