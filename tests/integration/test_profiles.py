"""Profiles that come and go while the system runs, and those of the configuration."""

import os
import pathlib
import signal
import stat
import tempfile

import procs
import pytest
from eventually import eventually
from plain import assert_plain
from system import System

SMALL = ("--min-idle", "1", "--target-idle", "2", "--max-idle", "2")
SCRIPT = """
import json
table = {str(i): i * i for i in range(100)}
def lookup(n):
    return table[str(n)]
"""


@pytest.fixture(scope="module")
def system():
    with System() as running:
        yield running


def profile(system, *arguments):
    done = system.brood("profile", *arguments)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def listed(system):
    return {each["name"]: each for runtime in system.status()["runtimes"]
            for each in runtime["profiles"] if runtime["language"] == "python"}


def test_one_comes_is_used_and_goes(system, tmp_path):
    script = tmp_path / "warm.py"
    script.write_text(SCRIPT)
    code, out, err = profile(system, "add", "extra", "--preload", "json,decimal", "--env",
                             "FLAVOUR=plum", "--warm-up", str(script), *SMALL)
    assert (code, out) == (0, "python/extra is ready\n"), err
    system.settle()
    result = system.client.execute(
        "import os, sys, warmup\n"
        "print(os.environ['FLAVOUR'], warmup.lookup(7), 'numpy' in sys.modules)",
        profile="extra")
    assert result.stdout == "plum 49 False\n"
    assert result.timing.start == "hot"
    system.settle()
    cold = system.client.execute("print(1)", profile="extra", env={"FLAVOUR": "own"})
    assert cold.timing.start == "hot", "a job's own environment does not cost it its worker"
    assert listed(system)["extra"]["jobs"] == {"hot": 2, "warm": 0, "cold": 0}

    zygote = listed(system)["extra"]["zygote_pid"]
    assert profile(system, "rm", "extra")[:2] == (0, "python/extra is gone\n")
    assert not os.path.exists(f"/proc/{zygote}")
    refused = system.client.post("/v1/execute", {"language": "python", "code": "print(1)",
                                                 "profile": "extra"})
    assert (refused.status, refused.json.error.code) == (400, "unknown_profile")
    system.settle()


def test_it_may_have_several_interpreters_and_successors(system):
    before = set(system.roles.python_zygotes())
    assert profile(system, "add", "busy", "--preload", "", "--zygotes", "2", "--zygote-max-forks",
                   "4", *SMALL)[0] == 0
    own = eventually(lambda: len(now := set(system.roles.python_zygotes()) - before) >= 2 and now,
                     "two interpreters of its own")

    def are_succeeded():
        assert system.client.execute("print(1)", profile="busy").status == "ok"
        return not own & set(system.roles.python_zygotes())
    eventually(are_succeeded, "two others")
    assert profile(system, "rm", "busy")[0] == 0
    system.settle()
    assert set(system.roles.python_zygotes()) == before


def test_a_running_job_outlives_its_profile(system):
    assert profile(system, "add", "brief", "--preload", "json", *SMALL)[0] == 0
    system.settle()
    with system.client.stream(
            "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})\n"
            "open('running', 'w').close()\nheld = open('running')\n"
            "print('on', flush=True)\nsignal.sigwait({signal.SIGUSR1})\nprint('done')",
            profile="brief") as stream:
        stream.until_output("on")
        assert profile(system, "rm", "brief")[0] == 0
        with procs.PidHandle(system.roles.worker_holding("running")) as worker:
            worker.send(signal.SIGUSR1)
        assert stream.rest()["status"] == "ok"
        assert "done" in stream.output()
    system.settle()
    assert "brief" not in listed(system)


def test_one_that_cannot_start_is_refused_with_the_reason_and_gone(system, tmp_path):
    before = system.census()
    script = tmp_path / "broken.py"
    script.write_text("raise RuntimeError('no model here')")
    code, _, err = profile(system, "add", "broken", "--preload", "json", "--warm-up", str(script))
    assert code != 0
    assert "profile_failed" in err and "no model here" in err
    threads = tmp_path / "threads.py"
    threads.write_text("import threading, time\n"
                       "threading.Thread(target=time.sleep, args=(600,)).start()")
    code, _, err = profile(system, "add", "threads", "--preload", "json", "--warm-up",
                           str(threads))
    assert code != 0 and "profile_failed: what is loaded ahead has left threads running" in err
    assert ".cc" not in err and "0x" not in err, "what a person can do nothing with"
    eventually(lambda: "left threads running" in system.log(), "the log says so")
    assert system.log().count("left threads running") == 1, "the next try would say the same"
    assert set(listed(system)) == {"default"}
    system.assert_census(before)


@pytest.mark.parametrize("arguments, complaint", [
    (("add", "default"), "profile_exists: language 'python' has a profile 'default' already"),
    (("add", "No"), "invalid_profile: name must be 1..64 of a-z, 0-9 and '-', got 'No'"),
    (("add", "x", "-l", "cobol"), "unknown_language: there is no language 'cobol'"),
    (("add", "x", "-l", "bash"), "invalid_profile: language 'bash' is executed"),
    (("add", "x", "-l", "javascript", "--preload", "lodash"),
     "invalid_profile: preload: language 'javascript' parks a program of its own"),
    (("add", "x", "-l", "ruby", "--warm-up", __file__),
     "invalid_profile: warm_up: language 'ruby' parks a program of its own"),
    (("add", "x", "--env", "=1"), "invalid_profile: env must be NAME=VALUE, got '=1'"),
    (("add", "x", "--min-idle", "5"), "invalid_profile: min_idle must be 0..4, got 5"),
    (("add", "x", "--max-workers", "0"), "invalid_profile: max_workers must be 1..100000, got 0"),
    (("add", "x", "--zygotes", "0"), "invalid_profile: zygotes must be 1..64, got 0"),
    (("add", "x", "--zygote-max-age-ms", "2592000001"),
     "invalid_profile: zygote_max_age_ms must be 0..2592000000, got 2592000001"),
    (("add", "x", "--warm-up", "/nowhere.py"), "cannot read /nowhere.py"),
    (("rm", "nobody"), "unknown_profile: there is no profile 'nobody' for language 'python'"),
])
def test_bad_requests_name_what_is_wrong(system, arguments, complaint):
    code, _, err = profile(system, *arguments)
    assert code != 0
    assert complaint in err


def test_the_list_shows_how_jobs_started(system):
    system.client.execute("print(1)")
    code, out, _ = profile(system, "ls")
    assert code == 0
    head, *rows = out.splitlines()
    assert head.split() == ["LANGUAGE", "PROFILE", "STATE", "PARKED", "HOT", "WARM", "COLD", "HIT",
                            "RATE"]
    assert any(row.split()[:3] == ["python", "default", "ready"] for row in rows)


def test_only_the_owner_may(system):
    path = os.path.join(system.runtime_dir, "admin.sock")
    mode = os.stat(path)
    assert stat.S_IMODE(mode.st_mode) == 0o600
    # The gateway, which the network speaks to, runs as somebody else.
    status = open(f"/proc/{system.roles.gateway()}/status", encoding="ascii").read()
    uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
    assert mode.st_uid not in {int(uid) for uid in uids}


def test_those_of_the_configuration_have_environment_and_script_too(tmp_path):
    script = tmp_path / "warm.py"
    script.write_text(SCRIPT)
    settings = {"profiles": {"data": {
        "preload": ["json"], "env": ["FLAVOUR=pear"], "warm_up": str(script), "min_idle": 1,
        "target_idle": 1}}}
    with System(settings) as system:
        code = "import os, warmup; print(os.environ['FLAVOUR'], warmup.lookup(3))"
        assert system.client.execute(code, profile="data").stdout == "pear 9\n"
        reply = system.client.get("/v1/runtimes").json
        python, = [item for item in reply["runtimes"] if item["language"] == "python"]
        data, = [item for item in python["profiles"] if item["name"] == "data"]
        assert data["jobs"]["hot"] == 1
        eventually(lambda: listed(system)["data"]["idle"] == 1, "the pool fills again")


TABLE = """
table = [(i,) for i in range(40_000)]
def visit():
    return sum(row[0] for row in table)
"""
# Every row is written to: it is counted who refers to it.
VISIT = "import warmup\nprint(warmup.visit())\n"
FAULTS = ("import resource, warmup\n"
          "count = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
          "before = count()\nwarmup.visit()\nprint(count() - before)\n"
          "print(hasattr(warmup, 'typical_job'))\n")


def test_workers_have_the_memory_of_a_typical_job(system, tmp_path):
    faults = {}
    for name, script in (("plain", TABLE), ("typical", TABLE + f"typical_job = {VISIT!r}\n")):
        path = tmp_path / f"{name}.py"
        path.write_text(script)
        code, _, err = profile(system, "add", name, "--preload", "", "--warm-up", str(path), *SMALL)
        assert code == 0, err
        system.settle()
        reply = system.client.execute(FAULTS, profile=name)
        assert (reply.status, reply.timing.start) == ("ok", "hot"), dict(reply)
        count, has_text = reply.stdout.split()
        faults[name] = int(count)
        assert has_text == "False"
        assert profile(system, "rm", name)[0] == 0
    # 40,000 tuples with their numbers are some 3.5 MB.
    assert faults["plain"] > 400 and faults["typical"] < 40, faults


def test_some_workers_have_the_memory_of_a_large_job(system, tmp_path):
    path = tmp_path / "large.py"
    path.write_text(TABLE + f"large_jobs = {{'visit': {VISIT!r}, 'other': 'pass'}}\n")
    code, _, err = profile(system, "add", "large", "--preload", "", "--warm-up", str(path), *SMALL)
    assert code == 0, err
    system.settle()
    counts = FAULTS.replace("typical_job", "large_jobs")
    reply = system.client.execute(counts, profile="large")
    assert (reply.status, reply.timing.start) == ("ok", "hot"), dict(reply)
    count, has_them = reply.stdout.split()
    assert int(count) < 40 and has_them == "False"
    # One whose text does not say so gets another.
    system.settle()
    hidden = counts.replace("warmup.visit()", "getattr(warmup, 'vis' + 'it')()")
    count, _ = system.client.execute(hidden, profile="large").stdout.split()
    assert int(count) > 400
    assert profile(system, "rm", "large")[0] == 0


@pytest.mark.parametrize("script, complaint", [
    ("typical_job = 5", "must be the text of a program"),
    ("typical_job = '1 / 0'", "cannot run its typical job"),
    ("large_jobs = ['x']", "must be a dictionary from words to programs"),
    ("large_jobs = {5: 'pass'}", "a word in large_jobs of the warm-up script must be text"),
    ("large_jobs = {'': 'pass'}", "a word in large_jobs of the warm-up script is empty"),
    ("large_jobs = {'x': 5}", "must be the texts of programs"),
    ("large_jobs = {str(n): 'pass' for n in range(17)}", "too many"),
    ("large_jobs = {'sklearn': '1 / 0'}", "cannot run its large job: sklearn")])
def test_a_job_to_rehearse_that_fails_is_refused(system, tmp_path, script, complaint):
    path = tmp_path / "warm.py"
    path.write_text(script + "\n")
    code, _, err = profile(system, "add", "bad", "--warm-up", str(path), *SMALL)
    assert code != 0 and complaint in err
    assert_plain(err)
    assert "bad" not in listed(system)


def test_settings_without_use_for_a_language_are_refused():
    settings = {"profiles": {"web": {"language": "javascript", "preload": ["lodash"]}}}
    with pytest.raises(AssertionError) as refused, System(settings):
        pass
    assert "profiles.web.preload: language 'javascript' parks a program" in str(refused.value)
    assert_plain(str(refused.value))


def test_packages_of_the_operators_are_found_by_jobs_and_their_children():
    with tempfile.TemporaryDirectory(dir="/opt") as directory:
        use_packages_of(pathlib.Path(directory))


def use_packages_of(site):
    site.chmod(0o755)
    (site / "plums").mkdir(parents=True)
    (site / "plums" / "__init__.py").write_text("import sys\ncount = 7\n")
    (site / "plums-2.1.dist-info").mkdir()
    (site / "plums-2.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: plums\nVersion: 2.1\n")
    code = ("import sys\nloaded = 'plums' in sys.modules\n"
            "import importlib.metadata, plums, subprocess\n"
            "print(loaded, plums.count, importlib.metadata.version('plums'))\n"
            "print(subprocess.check_output("
            "[sys.executable, '-c', 'import plums; print(plums.count)'], text=True))\n"
            "try:\n    open(plums.__file__, 'a')\nexcept OSError as error:\n"
            "    print(error.strerror)\n")
    settings = {"sandbox": {"read_only_paths": ["/usr", str(site)]},
                "profiles": {"default": {"env": [f"PYTHONPATH={site}"], "preload": ["plums"]}}}
    with System(settings) as system:
        reply = system.client.execute(code)
        assert not reply.stderr, reply.stderr
        assert reply.stdout == "True 7 2.1\n7\n\nRead-only file system\n", reply
        assert reply.timing.start == "hot"
