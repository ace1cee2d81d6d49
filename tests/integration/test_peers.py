"""The comparison with other sandboxes: its table, and one real run."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
from preconditions import build_dir

PEERS = pathlib.Path(__file__).resolve().parents[2] / "bench" / "peers"
sys.path.insert(0, str(PEERS))

import percentiles  # noqa: E402
import table  # noqa: E402


def row(name, p50, rate, kind="a"):
    return {"name": name, "version": "1", "class": kind, "missing": ["seccomp"] if kind == "a" else [],
            "runs": 3, "p50_us": p50, "p90_us": p50, "p99_us": p50, "jobs_per_second_per_cpu": rate}


@pytest.mark.parametrize("permille, expected", [(1, 10), (500, 20), (900, 40), (1000, 40)])
def test_percentiles_are_samples(permille, expected):
    assert percentiles.nearest_rank([40, 10, 30, 20], permille) == expected


def test_all_are_compared_with_brood():
    rows = table.compared([row("other", 20_000, 25), row("brood", 500, 100, "c")])
    assert [each["times_brood"] for each in rows] == [40, 1]
    assert [each["brood_jobs_times"] for each in rows] == [4, 1]
    text = table.text(rows, [("nsjail", "nsjail is not installed")])
    assert "other lacks: seccomp" in text
    assert "nsjail did not take part: nsjail is not installed" in text
    assert "class a: fresh interpreter per job" in text and "class b" not in text


def test_without_brood_there_is_nothing_to_compare_with():
    other, = table.compared([row("other", 20_000, 0)])
    assert other["times_brood"] is None and other["brood_jobs_times"] is None


def test_a_run_checks_each_answer_and_leaves_nothing(tmp_path):
    path = tmp_path / "peers.json"
    done = subprocess.run(
        ["/usr/bin/python3", "-B", PEERS / "main.py", "--brood", os.path.join(build_dir(), "bin/brood"),
         "--only", "python3 -c,brood,bubblewrap", "--runs", "3", "--seconds", "0.2", "--json", path],
        env={key: value for key, value in os.environ.items() if not key.startswith("BROOD_")},
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(path.read_text())
    rows = {each["name"]: each for each in report["peers"]}
    assert rows.keys() | report["absent"].keys() == {"python3 -c", "brood", "bubblewrap"}
    assert {"python3 -c", "brood"} <= rows.keys()
    assert all(len(each["samples_us"]) == 3 for each in rows.values())
    assert all(each["jobs_per_second_per_cpu"] > 0 for each in rows.values())
    assert not [folder for folder in os.listdir("/sys/fs/cgroup/memory") if "brood-peers" in folder]
