"""Fixtures: the image, made from the committed Dockerfile on a Debian of this machine's mirror."""

import glob
import os
import shutil
import tempfile

import pytest

import preconditions
from podman import SOURCES, Podman, run
from tools import TOOLS

LABELS = {"BUILD_DATE": "2026-01-02T03:04:05Z", "VCS_REF": "0123abc", "VERSION": "9.8.7"}


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    run(["cpack", "-B", str(folder)], cwd=preconditions.build_dir())
    found = glob.glob(f"{folder}/*.deb")
    assert len(found) == 1, found
    return found[0]


@pytest.fixture(scope="session")
def context(package, tmp_path_factory):
    """Returns the folder that the Dockerfile is built in: the sources it sees, and the package."""
    folder = str(tmp_path_factory.mktemp("context"))
    shutil.copytree(f"{SOURCES}/deploy", f"{folder}/deploy")
    shutil.copy(f"{SOURCES}/.dockerignore", folder)
    os.makedirs(f"{folder}/build/release")
    shutil.copy(package, f"{folder}/build/release")
    return folder


@pytest.fixture(scope="session")
def podman():
    # Below /var/tmp: overlays do not work on each other, and /tmp may be one.
    own = Podman(tempfile.mkdtemp(prefix="brood-podman-", dir="/var/tmp"))
    try:
        yield own
    finally:
        own.close()


@pytest.fixture(scope="session")
def image(podman, context):
    # Kept for later runs: what the image adds is fetched anew each time.
    base = f"{TOOLS}/bookworm.tar"
    if not os.path.exists(base):
        os.makedirs(TOOLS, exist_ok=True)
        run(["mmdebstrap", "--variant=minbase", "bookworm", f"{base}.new.tar"])
        os.rename(f"{base}.new.tar", base)
    podman("import", base, "docker.io/library/debian:bookworm-slim")
    podman.build(context, "slim", "brood:slim", **LABELS)
    return "brood:slim"


@pytest.fixture(scope="session")
def full_image(podman, context, image):
    podman.build(context, "full", "brood:full", **LABELS)
    return "brood:full"
