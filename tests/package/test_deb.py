"""The .deb on a Debian that has nothing else: installed by apt, it runs a job."""

import glob
import json
import os
import shutil
import subprocess

import preconditions
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def mirror():
    """This machine's own source of Debian's packages, and its release."""
    targets = run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)"])
    with open("/etc/os-release", encoding="utf-8") as file:
        release = dict(line.rstrip().split("=", 1) for line in file)["VERSION_CODENAME"]
    sites = [line.split()[0] for line in targets.splitlines() if line.split()[1:] == [release, "main"]]
    assert sites, targets
    return release, sites[0]


@pytest.fixture(scope="module")
def deb(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deb")
    run(["cpack", "-B", str(folder)], cwd=preconditions.build_dir())
    found = glob.glob(str(folder / "*.deb"))
    assert len(found) == 1, found
    return found[0]


@pytest.fixture(scope="module")
def bare_debian(tmp_path_factory):
    root = str(tmp_path_factory.mktemp("debian") / "root")
    release, site = mirror()
    run(["debootstrap", "--variant=minbase", "--include=python3", release, root, site])
    yield root
    shutil.rmtree(root)


def test_the_package_runs_a_job_on_a_bare_debian(deb, bare_debian):
    shutil.copy(deb, os.path.join(bare_debian, "tmp/brood.deb"))
    run(["chroot", bare_debian, "apt-get", "install", "-y", "--no-install-recommends", "/tmp/brood.deb"],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"})
    answer = run(["unshare", "--mount", "--pid", "--fork", "--propagation", "private",
                  "sh", os.path.join(HERE, "run_in_root.sh"), bare_debian])
    result = json.loads(answer[answer.index("{"):])
    assert (result["status"], result["stdout"]) == ("ok", "42\n"), result
    assert result["isolation"]["level"] == "namespaces", result["isolation"]
    assert result["timing"]["start"] == "hot", result["timing"]


def test_the_unit_fits_the_installation(bare_debian, tmp_path):
    with open(f"{bare_debian}/usr/lib/systemd/system/brood.service", encoding="utf-8") as file:
        unit = file.read()
    assert unit.count("ExecStart=/usr/bin/brood ") == 1
    # A program of that name has to be there, and here none is installed.
    path = tmp_path / "brood.service"
    path.write_text(unit.replace("/usr/bin/brood ", f"{preconditions.binary('brood')} "), "utf-8")
    run(["systemd-analyze", "verify", "--man=no", str(path)])


def test_an_upgrade_and_a_removal_leave_nothing_else(deb, bare_debian):
    def brood(*command):
        return run(["chroot", bare_debian, *command], env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    files = brood("dpkg", "-L", "brood").splitlines()
    brood("dpkg", "-i", "/tmp/brood.deb")
    brood("brood", "--version")
    brood("dpkg", "--purge", "brood")
    left = [path for path in files if "brood" in path and os.path.lexists(bare_debian + path)]
    assert not left, left


def test_the_package_names_what_it_needs(deb):
    fields = run(["dpkg-deb", "--field", deb])
    assert "python3 (>= 3." in fields and "libseccomp2" in fields, fields
    contents = run(["dpkg-deb", "--contents", deb])
    for path in ("bin/brood", "lib/systemd/system/brood.service", "lib/sysusers.d/brood.conf",
                 "share/man/man1/brood.1", "share/doc/brood/brood.example.toml",
                 "share/doc/brood/helm/brood/Chart.yaml", "share/doc/brood/linked-libraries.txt"):
        assert f"./usr/{path}\n" in contents, contents
    assert "test" not in contents.replace("share/doc", "")
