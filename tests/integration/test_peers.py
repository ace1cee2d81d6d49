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
    assert "class a, latency: 40.0 × the best, other; goal ≥ 10: met" in text


def test_the_best_of_a_class_is_what_counts():
    rows = table.compared([row("slow", 20_000, 10), row("quick", 4_000, 50), row("pooled", 2_600, 90, "b"),
                           row("brood", 500, 100, "c")])
    reached = {(goal["class"], goal["what"]): (goal["best"], goal["value"], goal["met"])
               for goal in table.goals(rows)}
    assert reached == {("a", "latency"): ("quick", 8, False), ("a", "jobs/s per CPU"): ("quick", 2, False),
                       ("b", "latency"): ("pooled", 5.2, True)}


def test_without_brood_there_is_nothing_to_compare_with():
    other, = table.compared([row("other", 20_000, 0)])
    assert other["times_brood"] is None and other["brood_jobs_times"] is None
    assert table.goals([other]) == []


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
    assert rows.keys() | report["absent"].keys() == {"python3 -c", "brood", "brood, HTTP", "bubblewrap"}
    assert {"python3 -c", "brood", "brood, HTTP"} <= rows.keys()
    assert all(len(each["samples_us"]) == 3 for each in rows.values())
    assert all(each["jobs_per_second_per_cpu"] > 0 for each in rows.values())
    assert not [folder for folder in os.listdir("/sys/fs/cgroup/memory") if "brood-peers" in folder]


def test_a_peer_that_answers_wrongly_ends_the_run(tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"runs": 1, "seconds": 0, "clients": 1, "pause_ms": 0,
                                "peers": [{"name": "liar", "argv": ["/bin/echo", "1"]}]}))
    client = os.path.join(build_dir(), "bench", "brood-peers-client")
    done = subprocess.run([client, plan], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "liar: another job's output: 1" in done.stderr
