"""In a guest: runs suites one after the other and tells how they ended.

    suites.py lean|all [NAME ...]

Without names the set's results are written anew, for table.py; with names theirs are replaced.
Exits 1 if anything that is in them has failed.
"""

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree

RESULTS = "/run/vm/results.json"
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import kernel  # noqa: E402 - the other suites' folder is on nobody's path but pytest's.

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ["BROOD_BUILD_DIR"]
REPORT = "/tmp/report.xml"


def unit(binary, tests="*"):
    return [os.path.join(BUILD, "tests/unit", binary), f"--gtest_filter={tests}",
            "--gtest_brief=1", f"--gtest_output=xml:{REPORT}"]


def pytest(file, *arguments):
    return [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c",
            os.path.join(PROJECT, "tests/pytest.ini"), f"--junit-xml={REPORT}",
            os.path.join(PROJECT, "tests", file), *arguments]


# (name, tier, command). What depends on the kernel: cgroups, Landlock, namespaces, seccomp, mounts.
LEAN = [
    ("unit: Landlock", "root", unit("zygote/zygote_layers_test", "Landlock*")),
    ("unit: cgroups, isolation", "root",
     unit("supervisor/brood_supervisor_test", "Cgroup*:Isolation*:MemoryPressure*")),
    ("guest", "root", pytest("vm/test_guest.py")),
    ("core pattern", "root", pytest("vm/test_core_pattern.py")),
    ("core pattern", "user", pytest("vm/test_core_pattern.py")),
]
ALL = [
    ("unit: layers", "root", unit("zygote/zygote_layers_test")),
    ("unit: supervisor", "root", unit("supervisor/brood_supervisor_test")),
    ("unit: cli", "root", unit("cli/cli_test")),
    ("guest", "root", pytest("vm/test_guest.py")),
    ("core pattern", "root", pytest("vm/test_core_pattern.py")),
    ("core pattern", "user", pytest("vm/test_core_pattern.py")),
    *[(name, "root", pytest(f"integration/{name}.py"))
      for name in ("test_limits", "test_execute", "test_canary", "test_layers")],
    *[(name, "root", pytest(f"hostile/{name}.py"))
      for name in ("test_hostile_resources", "test_hostile_processes", "test_hostile_kernel")],
    ("test_tier_user", "user", pytest("integration/test_tier_user.py")),
    ("unit: zygote", "root", unit("zygote/zygote_test")),
    *[(name, "root", pytest(f"integration/{name}.py"))
      for name in ("test_inside", "test_denied_calls", "test_limit_requests")],
    ("test_killed", "root", pytest("faults/test_killed.py")),
    *[(name, "root", pytest(f"hostile/{name}.py"))
      for name in ("test_hostile_files", "test_hostile_network")],
    ("test_hostile_resources", "user", pytest("hostile/test_hostile_resources.py")),
]


def counts():
    """(passed, the names of those that failed), from a report of gtest's or pytest's."""
    try:
        root = xml.etree.ElementTree.parse(REPORT).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return 0, ["no report"]
    # Both write test cases that have not been run, too, when they were filtered.
    cases = [case for case in root.iter("testcase") if case.get("status") != "notrun"]
    failed = [case.get("name") for case in cases
              if any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))]
    return len(cases) - len(failed), failed


def run(name, tier, command):
    if os.path.exists(REPORT):
        os.unlink(REPORT)
    print(f"=== {name} ({tier})", flush=True)
    start = time.monotonic()
    code = subprocess.run(command, check=False, cwd=PROJECT,
                          env=os.environ | {"BROOD_TIER": tier}).returncode
    passed, failed = counts()
    if code != 0 and not failed:
        failed = [f"exit code {code}"]
    return {"suite": name, "tier": tier, "passed": passed, "failed": failed,
            "seconds": round(time.monotonic() - start)}


def earlier_results():
    """Returns the results of the last run of the same set on the same kernel, if there was one."""
    if not os.path.exists(RESULTS):
        return []
    with open(RESULTS, encoding="utf-8") as file:
        return json.load(file)["suites"]


def with_result(results, new):
    """In the place of the suite's earlier result, or at the end."""
    places = [(each["suite"], each["tier"]) for each in results]
    place = (new["suite"], new["tier"])
    if place not in places:
        return [*results, new]
    return [new if each == place else old for each, old in zip(places, results)]


def main():
    which, names = sys.argv[1], sys.argv[2:]
    suites = {"lean": LEAN, "all": ALL}[which]
    results = earlier_results() if names else []
    for suite in suites:
        if names and not any(name in suite[0] for name in names):
            continue
        results = with_result(results, run(*suite))
        # After each, so that a guest that is ended early has told what it knows.
        with open(RESULTS, "w", encoding="utf-8") as file:
            json.dump({"kernel": os.uname().release, "landlock": kernel.landlock_version(),
                       "cgroups": "v2" if kernel.is_cgroup2_alone() else "other",
                       "set": which, "suites": results}, file)
    assert results, f"no such suite: {names}"
    return 1 if any(result["failed"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
