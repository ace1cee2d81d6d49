"""Spans of jobs as collectors get them, ours and OpenTelemetry's own: OTLP over HTTP in JSON."""

import http.server
import json
import os
import socket
import subprocess
import threading

import keyed
import pytest
from eventually import eventually
from system import System

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


class Collector:
    """Takes spans, or has no time for them."""

    def __init__(self):
        self.spans, self.headers, self.is_slow = [], [], threading.Event()
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.path == "/v1/traces"
                assert self.headers["Content-Type"] == "application/json"
                front.headers.append(self.headers.get("api-key"))
                status = 503 if front.is_slow.is_set() else 200
                if status == 200:
                    for group in body["resourceSpans"]:
                        names = {each["key"]: each["value"] for each in group["resource"]["attributes"]}
                        assert names["service.name"] == {"stringValue": "brood"}
                        for scope in group["scopeSpans"]:
                            front.spans.extend(scope["spans"])
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def of(self, trace):
        return [span for span in self.spans if span["traceId"] == trace]

    def destroy(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def collector():
    made = Collector()
    try:
        yield made
    finally:
        made.destroy()


@pytest.fixture(scope="module")
def traced(collector):
    system = System(environment={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
                                 "OTEL_EXPORTER_OTLP_HEADERS": "api-key=planted-0123456789"})
    try:
        keyed.prepare(system, audit=False, keys_file="")
        with system:
            yield system
    finally:
        system.destroy()


def run(system, traceparent=None):
    headers = {"traceparent": traceparent} if traceparent else {}
    return system.client.post("/v1/execute", {"language": "python", "code": "print(1)"}, headers)


def test_a_clients_trace_goes_on(traced, collector):
    response = run(traced, f"00-{TRACE}-{PARENT}-01")
    assert response.headers["traceresponse"].startswith(f"00-{TRACE}-")
    spans = eventually(lambda: len(found := collector.of(TRACE)) == 4 and found, "four spans")
    by_name = {span["name"]: span for span in spans}
    assert set(by_name) == {"job", "queue", "acquire", "run"}
    job = by_name["job"]
    assert job["parentSpanId"] == PARENT and job["kind"] == 2
    assert job["spanId"] == response.headers["traceresponse"].split("-")[2]
    for name in ("queue", "acquire", "run"):
        assert by_name[name]["parentSpanId"] == job["spanId"]
    times = [int(by_name[name][f"{end}TimeUnixNano"]) for name in ("queue", "acquire", "run")
             for end in ("start", "end")]
    assert times == sorted(times)
    assert int(job["startTimeUnixNano"]) <= times[0] + 50_000_000  # Two clocks of one machine.
    attributes = {each["key"]: each["value"] for each in by_name["run"]["attributes"]}
    assert attributes["brood.job.id"]["stringValue"] == response.json["id"]
    assert collector.headers[-1] == "planted-0123456789"
    assert "planted" not in traced.log()


def test_what_a_client_does_not_want_is_not_sent(traced, collector):
    other = TRACE[::-1]
    run(traced, f"00-{other}-{PARENT}-00")
    trace = run(traced).headers["traceresponse"].split("-")[1]
    eventually(lambda: len(collector.of(trace)) == 4, "a trace of our own")
    assert collector.of(other) == []


def test_a_slow_collector_costs_spans_and_no_job(traced, collector):
    collector.is_slow.set()
    try:
        for _ in range(50):
            assert run(traced).status == 200
    finally:
        collector.is_slow.clear()
    trace = run(traced).headers["traceresponse"].split("-")[1]
    eventually(lambda: len(collector.of(trace)) == 4, "spans are sent again", 120)


COLLECTOR = """
receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:{port}
exporters:
  file:
    path: {path}
    flush_interval: 100ms
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [file]
"""


class RealCollector:
    """OpenTelemetry's collector, which writes what it has understood to a file."""

    def __init__(self, directory):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._path = os.path.join(directory, "spans.json")
        self._config = os.path.join(directory, "collector.yaml")
        with open(self._config, "w", encoding="utf-8") as file:
            file.write(COLLECTOR.format(port=port, path=self._path))
        self.start()

    def start(self):
        self._process = subprocess.Popen(
            [os.environ["BROOD_TEST_COLLECTOR"], "--config", f"file:{self._config}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for line in self._process.stderr:
            if b"Everything is ready" in line:
                break
        else:
            raise AssertionError(f"the collector has ended: {self._process.wait()}")
        self._drain = threading.Thread(target=self._process.stderr.read)
        self._drain.start()

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._drain.join()
        self._process.stderr.close()

    def of(self, trace):
        """The resource and the spans of a trace."""
        found = []
        with open(self._path, encoding="utf-8") as file:
            for line in file:
                if not line.endswith("\n"):
                    continue  # Being written.
                for group in json.loads(line)["resourceSpans"]:
                    for scope in group["scopeSpans"]:
                        found += [(group["resource"], span) for span in scope["spans"]
                                  if span["traceId"] == trace]
        return found


def trace_of(response):
    return response.headers["traceresponse"].split("-")[1]


def test_opentelemetrys_own_collector_understands_and_may_come_and_go(tmp_path):
    real = RealCollector(str(tmp_path))
    system = System(environment={"OTEL_EXPORTER_OTLP_ENDPOINT": real.url})
    try:
        keyed.prepare(system, audit=False, keys_file="")
        with system:
            trace = trace_of(run(system))
            found = eventually(lambda: len(seen := real.of(trace)) == 4 and seen, "four spans", 60)
            names = {span["name"]: span for _, span in found}
            assert set(names) == {"job", "queue", "acquire", "run"}
            assert names["job"]["kind"] == 2 and not names["job"].get("parentSpanId")
            assert {names[name]["parentSpanId"] for name in ("queue", "acquire", "run")} == {
                names["job"]["spanId"]}
            resource = {each["key"]: each["value"] for each in found[0][0]["attributes"]}
            assert resource["service.name"] == {"stringValue": "brood"}
            real.stop()
            assert [run(system).status for _ in range(5)] == [200] * 5
            real.start()
            trace = trace_of(run(system))
            eventually(lambda: len(real.of(trace)) == 4, "spans are sent again", 120)
    finally:
        system.destroy()
        real.stop()
