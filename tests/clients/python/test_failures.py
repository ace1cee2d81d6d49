"""Failures: what is tried again, what is not, and as which error each arrives."""

import json
import pickle
import socket

import pytest

import brood
from brood._events import EventDecoder
from brood._retry import Attempts

RESULT = {
    "id": "0" * 32, "status": "ok", "exit_code": 0, "signal": None, "stdout": "hi", "stderr": "",
    "stdout_truncated": False, "stderr_truncated": False, "results": [], "files": [],
    "results_truncated": False, "files_skipped": [], "files_skipped_total": 0,
    "usage": {"cpu_us": 1, "wall_us": 1, "peak_memory_bytes": 1, "processes_peak": 1,
              "processes_refused": 0},
    "timing": {"start": "hot", "warm_by": "fork", "queue_us": 1, "acquire_us": 1, "run_us": 1,
               "total_us": 1},
    "isolation": {"level": "namespaces", "tier": "root", "layers": ["pid"], "missing": []},
    "language": "python", "version": "3.11.2", "added_later": {"by": "a newer server"}}

EXIT = {name: value for name, value in RESULT.items()
        if name not in ("stdout", "stderr", "results", "files")}


def event(name, data):
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


STREAM = event("start", {"id": "0" * 32, "start": "hot"}) + b":\n\n" + event(
    "stdout", {"data": "a\u2028b\x85c"}) + event("of_later", {}) + event("exit", EXIT)


def error_of(scripted, **options):
    with brood.Brood(scripted.url, **options) as client, pytest.raises(brood.BroodError) as raised:
        client.execute("pass")
    return raised.value


# --- Tried again --------------------------------------------------------------------------------

@pytest.mark.parametrize("status, code", [
    (429, "overloaded"), (503, "overloaded"), (503, "unavailable"), (503, "sandbox_unavailable")])
def test_a_busy_server_is_asked_again(scripted, status, code):
    scripted.refuse(status, code, [("Retry-After", "0")])
    scripted.say(200, RESULT)
    with brood.Brood(scripted.url) as client:
        assert client.execute("pass").stdout == "hi"
    assert len(scripted.requests) == 2
    assert scripted.requests[0].body == scripted.requests[1].body


def test_a_busy_server_is_asked_so_often_and_no_more(scripted):
    scripted.refuse(429, "overloaded", [("Retry-After", "0")])
    error = error_of(scripted, max_retries=3)
    assert isinstance(error, brood.BusyError)
    assert (error.code, error.status, error.retry_after) == ("overloaded", 429, 0)
    assert not error.may_have_run and len(scripted.requests) == 4


def test_a_long_wait_is_left_to_the_caller(scripted):
    scripted.refuse(429, "quota_exceeded", [("Retry-After", "3600")])
    error = error_of(scripted)
    assert isinstance(error, brood.BusyError) and error.retry_after == 3600
    assert len(scripted.requests) == 1


def test_a_refused_connection_is_tried_again():
    attempts = Attempts(10, 1, is_harmless=False)
    refused = brood.TransportError("connect_failed", "")
    assert 0 < attempts.delay_after(refused) < 1
    with pytest.raises(brood.TransportError):
        attempts.delay_after(refused)


def test_a_wait_never_exceeds_the_calls_time():
    now = [0.0]
    attempts = Attempts(5, 9, is_harmless=False, clock=lambda: now[0])
    busy = brood.BusyError("overloaded", "", retry_after=3)
    assert attempts.delay_after(busy) == 3
    now[0] = 3.0
    with pytest.raises(brood.BusyError):
        attempts.delay_after(busy)


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with brood.Brood(url, max_retries=1) as client:
            with pytest.raises(brood.TransportError) as raised:
                client.execute("pass")
            assert raised.value.code == "connect_failed" and not raised.value.may_have_run
            with pytest.raises(brood.TransportError):
                client.ready()


# --- Not tried again ----------------------------------------------------------------------------

@pytest.mark.parametrize("status, code, kind, may_have_run", [
    (503, "queue_timeout", brood.BusyError, False),
    (503, "isolation_lost", brood.ServerError, False),
    (503, "supervisor_unavailable", brood.ServerError, True),
    (503, "buffers_full", brood.ServerError, True),
    (500, "internal_error", brood.ServerError, True),
    (400, "invalid_value", brood.RefusedError, False),
    (401, "missing_key", brood.AccessError, False),
    (403, "scope", brood.AccessError, False)])
def test_these_are_not_asked_again(scripted, status, code, kind, may_have_run):
    scripted.refuse(status, code, [("Retry-After", "0")])
    error = error_of(scripted)
    assert type(error) is kind and error.code == code
    assert error.may_have_run is may_have_run
    assert len(scripted.requests) == 1


def test_a_lost_connection_may_have_run_the_job(scripted):
    scripted.answers.append(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    scripted.answers.append(b"")
    error = error_of(scripted)
    assert error.may_have_run and len(scripted.requests) == 1


def test_a_cut_answer_is_a_lost_connection(scripted):
    scripted.answers.append(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n")
    error = error_of(scripted)
    assert isinstance(error, brood.TransportError) and error.code == "connection_lost"
    assert error.may_have_run and len(scripted.requests) == 1


def test_looking_is_tried_again_after_a_lost_connection(scripted):
    scripted.answers += [b"", b""]
    scripted.say(200, {"status": "ready"})
    with brood.Brood(scripted.url) as client:
        assert client.ready()
    assert len(scripted.requests) == 3


def test_silence_ends_with_the_time(scripted):
    scripted.answers.append(None)
    error = error_of(scripted, timeout=0.3)
    assert isinstance(error, brood.TransportError) and error.code == "no_answer_in_time"
    assert error.may_have_run and len(scripted.requests) == 1


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"id":7}'])
def test_a_strange_answer_is_said_so(scripted, body):
    scripted.answers.append(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    error = error_of(scripted)
    assert isinstance(error, brood.TransportError) and error.code == "invalid_response"


def test_a_proxys_page_is_a_server_error(scripted):
    scripted.answers.append(b"HTTP/1.1 502 Bad\r\nContent-Length: 6\r\n\r\n<html>")
    error = error_of(scripted)
    assert isinstance(error, brood.ServerError)
    assert (error.code, error.status, error.may_have_run) == ("unexpected_status", 502, True)


# --- What is sent -------------------------------------------------------------------------------

def test_connections_are_used_again(scripted):
    scripted.say(200, RESULT)
    with brood.Brood(scripted.url) as client:
        for _ in range(5):
            client.execute("pass")
    assert len(scripted.requests) == 5 and scripted.connections == 1


def test_a_key_is_a_bearer_token(scripted, monkeypatch):
    scripted.say(200, RESULT)
    with brood.Brood(scripted.url, api_key="secret") as client:
        client.execute("pass")
        assert "secret" not in repr(vars(client))
    monkeypatch.setenv("BROOD_API_KEY", "other")
    monkeypatch.setenv("BROOD_URL", scripted.url)
    with brood.Brood() as client:
        client.execute("pass")
    monkeypatch.setenv("BROOD_API_KEY", " ")
    with brood.Brood() as client:
        client.execute("pass")
    sent = [request.headers.get("authorization") for request in scripted.requests]
    assert sent == ["Bearer secret", "Bearer other", None]


def test_only_what_was_given_is_sent(scripted):
    scripted.say(200, RESULT)
    with brood.Brood(scripted.url) as client:
        client.execute("ü", limits=brood.Limits(processes=3), env={}, files={})
    assert json.loads(scripted.requests[0].body) == {
        "language": "python", "code": "ü", "limits": {"processes": 3}}


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://a", "http://", "/run/brood.sock"])
def test_a_url_is_looked_at_first(url):
    with pytest.raises(ValueError, match="url must be"):
        brood.Brood(url)


# --- Streams ------------------------------------------------------------------------------------

def test_a_stream_is_read_however_it_is_cut():
    for size in (1, 2, 7, 64, len(STREAM)):
        decoder = EventDecoder()
        events = []
        for at in range(0, len(STREAM), size):
            events += decoder.feed(STREAM[at:at + size])
        decoder.finish()
        assert [type(each).__name__ for each in events] == ["StartEvent", "StdoutEvent",
                                                            "ExitEvent"]
        assert events[1].text == "a\u2028b\x85c"


def test_a_stream_without_an_end_was_cut(scripted):
    scripted.stream(STREAM[:-40])
    with brood.Brood(scripted.url) as client:
        stream = client.stream("pass")
        assert [type(next(stream)).__name__ for _ in range(2)] == ["StartEvent", "StdoutEvent"]
        with pytest.raises(brood.TransportError) as raised:
            next(stream)
    assert raised.value.code == "connection_lost" and raised.value.may_have_run
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("code, kind, may_have_run", [
    ("internal_error", brood.ServerError, True), ("queue_timeout", brood.BusyError, False)])
def test_an_error_event_is_raised(scripted, code, kind, may_have_run):
    scripted.stream(event("error", {"error": {"code": code, "message": "m", "field": None}}))
    with brood.Brood(scripted.url) as client, pytest.raises(kind) as raised:
        next(client.stream("pass"))
    assert raised.value.status is None and raised.value.may_have_run is may_have_run


def test_a_busy_server_is_asked_again_for_a_stream(scripted):
    scripted.refuse(429, "overloaded", [("Retry-After", "0")])
    scripted.stream(STREAM)
    with brood.Brood(scripted.url) as client:
        assert len(list(client.stream("pass"))) == 3


def test_a_closed_stream_has_no_more_events(scripted):
    scripted.stream(STREAM)
    with brood.Brood(scripted.url) as client:
        stream = client.stream("pass")
        next(stream)
        stream.close()
        assert list(stream) == []


# --- Health and readiness -----------------------------------------------------------------------

def test_filling_pools_are_not_ready(scripted):
    scripted.refuse(503, "unavailable", [("Retry-After", "1")])
    with brood.Brood(scripted.url) as client:
        assert client.ready() is False
    assert len(scripted.requests) == 1


def test_lost_isolation_is_a_health(scripted):
    scripted.say(503, {"status": "isolation_lost", "version": "1", "uptime_ms": 1, "ready": False,
                       "draining": False, "isolation": RESULT["isolation"], "cgroup": "v2",
                       "jobs": {"running": 0, "queued": 0, "total": 0}, "pools": []})
    with brood.Brood(scripted.url) as client:
        health = client.health()
    assert health.status == "isolation_lost" and not health.ok


def test_errors_can_be_pickled():
    error = brood.BusyError("overloaded", "m", status=429, retry_after=2.0)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is brood.BusyError and vars(copy) == vars(error) and str(copy) == str(error)
