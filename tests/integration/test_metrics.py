"""GET /metrics against real jobs: what Prometheus is told is what has happened."""

import re

import procs
import pytest
from eventually import eventually
from system import System

SAMPLE = re.compile(r"^([a-z_]+)(\{[^}]*\})? (\S+)$")


@pytest.fixture(scope="module")
def system():
    with System() as running:
        yield running


def scrape(system):
    response = system.client.get("/metrics")
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return response.body.decode()


def samples(system):
    values = {}
    for line in scrape(system).splitlines():
        if not line.startswith("#"):
            name, labels, value = SAMPLE.match(line).groups()
            values[name + (labels or "")] = float(value)
    return values


def difference(before, after, name):
    return after.get(name, 0) - before.get(name, 0)


def test_every_family_says_what_it_is(system):
    text = scrape(system)
    helped = set(re.findall(r"^# HELP (\S+) \S", text, re.M))
    typed = set(re.findall(r"^# TYPE (\S+) (?:counter|gauge|histogram)$", text, re.M))
    assert helped == typed
    families = {re.sub(r"_(bucket|sum|count)$", "", match)
                if re.sub(r"_(bucket|sum|count)$", "", match) in typed else match
                for match in re.findall(r"^([a-z]\S*?)[{ ]", text, re.M)}
    assert families == typed
    assert all(name.startswith("brood_") for name in typed)


def test_metrics_have_all_that_a_dashboard_needs(system):
    """Latency, pools, hit rates, sandboxes, verdicts, queue, memory: each a family."""
    system.client.execute("print(1)")
    system.client.post("/v1/execute", {"language": "cobol", "code": ""})
    typed = dict(re.findall(r"^# TYPE (\S+) (\S+)$", scrape(system), re.M))
    for name, kind in {"brood_job_duration_seconds": "histogram", "brood_job_phase_duration_seconds": "histogram",
                       "brood_stage_duration_seconds": "histogram",
                       "brood_http_request_duration_seconds": "histogram", "brood_workers": "gauge",
                       "brood_workers_target": "gauge", "brood_workers_primed": "gauge", "brood_slots": "gauge", "brood_slots_target": "gauge",
                       "brood_pool_starts_total": "counter", "brood_jobs_total": "counter",
                       "brood_rejections_total": "counter", "brood_jobs_queued": "gauge",
                       "brood_pool_waiting_jobs": "gauge", "brood_resident_memory_bytes": "gauge",
                       "brood_gateway_resident_memory_bytes": "gauge"}.items():
        assert typed.get(name) == kind, name
    # Only counters are called _total; units are the base ones.
    for name, kind in typed.items():
        assert name.endswith("_total") == (kind == "counter"), name
        assert not re.search(r"_(ms|us|kib|mib|millis|micros)\b", name), name


def test_the_hit_rate_of_a_pool_is_told(system):
    labels = 'language="python",profile="default"'
    before = samples(system)
    for _ in range(2):
        system.settle()
        assert system.client.execute("print(1)").timing.start == "hot"
    after = samples(system)
    assert difference(before, after, f'brood_pool_starts_total{{{labels},start="hot"}}') == 2
    assert difference(before, after, f'brood_pool_starts_total{{{labels},start="cold"}}') == 0


def test_jobs_are_counted_by_how_they_start_and_end(system):
    before = samples(system)
    for code, status in (("print(1)", "ok"), ("raise SystemExit(3)", "error"),
                         ("while True: pass", "cpu_limit")):
        assert system.client.execute(code, limits={"cpu_time_ms": 100}).status == status
        system.settle()
    after = samples(system)
    for status in ("ok", "error", "cpu_limit"):
        name = f'brood_jobs_total{{language="python",start="hot",status="{status}"}}'
        assert difference(before, after, name) == 1
    count = 'brood_job_duration_seconds_count{language="python",start="hot"}'
    total = 'brood_job_duration_seconds_sum{language="python",start="hot"}'
    assert difference(before, after, count) == 3
    # One of them used up its 100 ms of CPU.
    assert difference(before, after, total) >= 0.1


def test_a_worker_that_is_out_is_a_worker_less(system):
    code = "import time; print('on', flush=True); time.sleep(60)"
    with system.client.stream(code) as stream:
        stream.until_output("on")
        now = samples(system)
        assert now['brood_workers{language="python",profile="default",state="leased"}'] == 1
        assert now["brood_jobs_running"] == 1
    eventually(lambda: samples(system)["brood_jobs_running"] == 0, "the job is cancelled")


def test_sandboxes_are_timed(system):
    before = samples(system)
    system.client.execute("print(1)")
    system.settle()
    after = samples(system)
    for stage in ("slot_build", "worker_fork", "worker_park", "slot_teardown"):
        name = f'brood_stage_duration_seconds_count{{stage="{stage}"}}'
        assert difference(before, after, name) >= 1, stage


def test_refusals_are_counted_by_code(system):
    before = samples(system)
    assert system.client.post("/v1/execute", {"language": "cobol", "code": ""}).status == 400
    after = samples(system)
    assert difference(before, after, 'brood_rejections_total{code="unknown_language"}') == 1
    assert difference(
        before, after, 'brood_http_requests_total{code="400",route="/v1/execute"}') == 1


def test_metrics_tell_what_is_in_force(system):
    now = samples(system)
    assert now['brood_isolation_info{level="namespaces"}'] == 1
    in_force = {name for name, value in now.items() if value == 1}
    for layer in system.status()["isolation"]["layers"]:
        assert f'brood_layer_in_force{{layer="{layer}"}}' in in_force
    assert now["brood_isolation_lost"] == 0
    assert now["brood_canary_runs_total"] >= 1
    for process in ("supervisor", "slot_builder"):
        assert now[f'brood_resident_memory_bytes{{process="{process}"}}'] > 1 << 20


def test_a_restarted_zygote_shows(system):
    series = 'brood_zygote_restarts_total{language="python",profile="default"}'
    before = samples(system)[series]
    procs.kill_and_wait(system.roles.python_zygote())
    eventually(lambda: samples(system)[series] == before + 1, "the restart is counted")
    system.settle(60)
