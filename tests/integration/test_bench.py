"""`brood bench` against a running system: what it writes, and whether it notices."""

import json
import os
import pathlib
import subprocess

DRAWER = pathlib.Path(__file__).parents[2] / "bench" / "report.py"


def bench(system, *arguments):
    done = system.brood("bench", "--socket", os.path.join(system.runtime_dir, "brood.sock"),
                        "--http", f"http://{system.client.host}:{system.client.port}", "--runs", "3", *arguments)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def draw(report):
    """Draws a report; returns the names of its pictures, all of which its page shows."""
    folder = report.parent / "drawn"
    done = subprocess.run(["/usr/bin/python3", "-B", DRAWER, report, "--folder", folder, "--png"],
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    names = {path.stem for path in folder.glob("*.svg")}
    assert {path.stem for path in folder.glob("*.png")} == names
    assert (folder / "bench.html").read_text().count("data:image/svg+xml") == len(names)
    return names


def test_everything_it_measures_is_written(system, tmp_path):
    json_path, md_path = (tmp_path / f"report.{end}" for end in ("json", "md"))
    code, out, err = bench(system, "--quick", "--seconds", "0.5", "--clients", "1,4", "--rates", "20",
                           "--json", json_path, "--markdown", md_path)
    assert code == 0, err
    report = json.loads(json_path.read_text())
    for key in ("ping_pong", "fork_exit", "native", "rpc_hot", "http_hot", "rpc_warm", "rpc_cold"):
        series = report["latency"][key]
        assert series["failures"] == 0 and len(series["samples_us"]) == series["runs"] > 0, key
    assert [(point["transport"], point["clients"]) for point in report["throughput"]] == [
        ("RPC", 1), ("RPC", 4), ("HTTP", 1), ("HTTP", 4)]
    loop, = report["open_loop"]
    assert loop["answered"] == loop["due"] > 0 and loop["failures"] == 0
    assert report["failures"] == 0
    sizes = {(point["part"], point["transport"]) for point in report["sizes"] if point["runs"] > 0}
    assert sizes == {(part, transport) for part in ("code", "stdin", "file", "stdout")
                     for transport in ("RPC", "HTTP")}
    for burst in report["bursts"]:
        assert burst["starts"]["hot"] + burst["starts"]["warm"] == 2 * burst["jobs"], burst
        assert len(burst["pool_full_again_us"]) == 2
        # The first is answered before all are.
        assert burst["us"]["min"] < max(burst["all_answered_us"])
    assert set(report["left_out"]) >= {"pools", "trace", "flat"}
    assert "not measured: " + " ".join(report["left_out"]) in out
    assert "hot ÷ socket ping-pong" in out and "OPEN LOOP" in out
    assert draw(json_path) == {"latency", "throughput", "latency-under-load", "open-loop", "sizes", "bursts"}
    assert out in md_path.read_text()


def test_two_runs_are_compared(system, tmp_path):
    old = tmp_path / "old.json"
    assert bench(system, "--scenario", "latency", "--json", old)[0] == 0
    # As if the floor had been a thousand times as high, which no run of chance is.
    report = json.loads(old.read_text())
    samples = report["latency"]["fork_exit"]["samples_us"]
    report["latency"]["fork_exit"]["samples_us"] = [sample * 1000 for sample in samples]
    old.write_text(json.dumps(report))
    code, out, err = bench(system, "--scenario", "latency", "--compare", old)
    assert code == 0, err
    compared = out[out.index("COMPARED"):]
    row, = [line for line in compared.splitlines() if "fork + exit" in line]
    assert row.split()[-1] == "faster", compared


def test_a_file_that_is_no_report_is_refused(system, tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    code, _, err = bench(system, "--scenario", "latency", "--compare", wrong)
    assert code == 1 and "not a report" in err
    code, _, err = bench(system, "--compare", tmp_path / "nowhere")
    assert code == 2 and "nowhere" in err
    done = subprocess.run(["/usr/bin/python3", "-B", DRAWER, wrong], capture_output=True, check=False)
    assert done.returncode == 1 and b"is not a report" in done.stderr


def test_all_languages_are_one_table(system, tmp_path):
    """Also how each is started without a sandbox: by what its manifest says."""
    path = tmp_path / "report.json"
    code, out, err = bench(system, "--all-languages", "--seconds", "0.2", "--json", path)
    assert code == 0, out + err
    languages = {each["name"]: each for each in json.loads(path.read_text())["languages"]}
    usable = {runtime["language"] for runtime in system.client.get("/v1/runtimes").json["runtimes"]
              if runtime["available"]}
    assert set(languages) == usable >= {"python", "bash", "c", "perl"}
    for name, figures in languages.items():
        assert figures["cold"]["failures"] == figures["hot"]["failures"] == 0, name
        assert figures["native"]["runs"] > 0 and figures["throughput"]["failures"] == 0, name
        assert f"  {name} {figures['version']} " in out
    assert languages["python"]["warm_by"] == "fork" and languages["bash"]["warm_by"] == "exec"


def test_systems_that_are_configured_otherwise_take_turns(system, tmp_path):
    path = tmp_path / "report.json"
    done = system.brood("bench", "--ablation", "techniques", "--quick", "--runs", "15", "--seconds", "0.3",
                        "--json", path)
    assert done.returncode == 0, done.stderr
    variants = json.loads(path.read_text())["variants"]
    assert list(variants) == ["base", "touch_pages_off", "huge_pages_off", "reuse_networks_off",
                              "reuse_cgroups_off", "join_mappings_off", "fill_holes_off", "keep_warm_off",
                              "prime_idle_off", "no_spare_slots", "two_zygotes", "succession"]
    for key, figures in variants.items():
        assert figures["hot"]["runs"] > 0 and figures["warm"]["runs"] > 0, key
        assert figures["hot"]["failures"] == figures["throughput"]["failures"] == 0, key
    # The kernel's counters show the purpose of each technique.
    assert variants["touch_pages_off"]["worker_kib"] < variants["base"]["worker_kib"]
    assert "VARIANTS" in done.stdout.decode()
    assert draw(path) == {"ablation-hot", "ablation-cpu"}
    done = system.brood("bench", "--ablation", "colours")
    assert done.returncode == 2 and b"colours" in done.stderr


def test_a_traced_job_is_cut_into_stages(system, tmp_path):
    path = tmp_path / "report.json"
    done = system.brood("bench", "--trace", "--runs", "12", "--json", path)
    assert done.returncode == 0, done.stdout + done.stderr
    trace = json.loads(path.read_text())["trace"]
    runs = trace["plain"]["runs"]
    assert runs > 0
    for stage in trace["stages"]:
        assert stage["is_part"] or len(stage["samples_us"]) == runs, stage["title"]
    # The stages add up to the job's whole time.
    whole = sum(trace["plain"]["samples_us"])
    parts = sum(sum(stage["samples_us"]) for stage in trace["stages"] if not stage["is_part"])
    assert abs(whole - parts) <= 1e-6 * whole
    # We are who runs bench, whoever runs the system.
    has_tracer = os.geteuid() == 0 and os.path.isdir("/sys/kernel/tracing")
    assert (trace["why_no_kernel_trace"] is None) == has_tracer, trace["why_no_kernel_trace"]
    if has_tracer:
        # No job is answered without these. A worker may have been reading before its job came.
        for process, call in (("gateway", "read"), ("supervisor", "read"), ("worker", "sendto")):
            calls = trace["system_calls"][process]
            assert calls[call] >= trace["jobs_counted"] > 0, process
    assert "TRACE" in done.stdout.decode()
    assert draw(path) == {"trace"}


def test_a_trace_is_refused_unless_configured(system):
    reply = system.client.post("/v1/execute", {"language": "python", "code": "", "trace": True})
    assert reply.status == 400
    assert reply.json.error.code == "trace_off" and "supervisor.job_trace" in reply.json.error.message


def test_many_jobs_leave_nothing(system, tmp_path):
    path = tmp_path / "report.json"
    done = system.brood("bench", "--flat", "100", "--json", path)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(path.read_text())
    before, after = report["flat"]["before"], report["flat"]["after"]
    for kind in ("processes", "network_namespaces", "cgroups", "mounts", "descriptors"):
        assert 0 < after[kind] <= before[kind], kind
    goals = {goal["key"]: goal for goal in report["goals"]}
    assert goals["flat_counts"]["met"] and "flat_slab" not in goals
    assert "AFTER 100 JOBS" in done.stdout.decode()
