"""Requests that are wrong: each is refused with a 4xx that names what is wrong, and hurts nobody."""

import json

import pytest

POST = b"POST /v1/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GOOD = {"language": "python", "code": "print(1)"}
LIMITS = ("wall_time_ms", "cpu_time_ms", "memory_bytes", "processes", "output_bytes",
          "file_bytes", "open_files", "workspace_bytes", "workspace_inodes")


@pytest.fixture(autouse=True)
def server_lives(client):
    """After each bad request a good one is answered."""
    yield
    client.close()
    reply = client.execute("print('still here')")
    assert (reply.status, reply.stdout) == ("ok", "still here\n")


def assert_refused(response, field=None, status=400):
    assert response.status == status, response
    error = response.json.error
    assert error.code and error.message
    assert response.headers["Content-Type"].startswith("application/json")
    if field is not None:
        assert error.field == field, dict(error)
        assert field in error.message, dict(error)


@pytest.mark.parametrize("field, value", [
    ("language", 1), ("language", None), ("language", ["python"]), ("code", 1), ("code", None),
    ("code", {"a": 1}), ("code", True), ("stdin", 1), ("stdin", []), ("args", "x"),
    ("args", {"a": "b"}), ("env", []), ("env", "A=b"), ("profile", 1), ("limits", 1),
    ("limits", []), ("limits", "fast")])
def test_wrong_type(client, field, value):
    assert_refused(client.post("/v1/execute", GOOD | {field: value}), field)


@pytest.mark.parametrize("body, field", [
    (GOOD | {"args": ["ok", 2]}, "args[1]"), (GOOD | {"args": [None]}, "args[0]"),
    (GOOD | {"env": {"A": 1}}, "env.A"), (GOOD | {"env": {"A": [None]}}, "env.A"),
    (GOOD | {"limits": {"wall_time_ms": "1"}}, "limits.wall_time_ms"),
    (GOOD | {"limits": {"wall_time_ms": True}}, "limits.wall_time_ms"),
    (GOOD | {"limits": {"wall_time_ms": [None]}}, "limits.wall_time_ms"),
    (GOOD | {"limits": {"wall_time_ms": 1.5}}, "limits.wall_time_ms")])
def test_wrong_type_further_down(client, body, field):
    assert_refused(client.post("/v1/execute", body), field)


@pytest.mark.parametrize("body, field", [
    (GOOD | {"cdoe": ""}, "cdoe"), (GOOD | {"timeout": 5}, "timeout"),
    (GOOD | {"limits": {"wall_time": 5}}, "limits.wall_time"),
    (GOOD | {"limits": {"memory": 5}}, "limits.memory")])
def test_unknown_member(client, body, field):
    response = client.post("/v1/execute", body)
    assert_refused(response)
    assert response.json.error.field == field


@pytest.mark.parametrize("missing", ["language", "code"])
def test_missing_member(client, missing):
    body = {key: value for key, value in GOOD.items() if key != missing}
    assert_refused(client.post("/v1/execute", body), missing)


@pytest.mark.parametrize("field, value", [
    ("language", "cobol"), ("language", ""), ("language", "python\0"), ("language", "../python"),
    ("language", "x" * 10_000), ("profile", "nosuch"), ("profile", "default\0")])
def test_unknown_language_or_profile(client, field, value):
    assert_refused(client.post("/v1/execute", GOOD | {field: value}), field)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [0, -1, 1 << 40, 1 << 63, (1 << 64) - 1, 1 << 64, 10 ** 30, 1e300])
def test_limit_out_of_range(client, name, value):
    """1 << 40 is above the maximum of each; a larger one must not wrap around into the range."""
    assert_refused(client.post("/v1/execute", GOOD | {"limits": {name: value}}), f"limits.{name}")


@pytest.mark.parametrize("name", LIMITS)
def test_message_of_a_limit_names_range_and_value(client, name):
    error = client.post("/v1/execute", GOOD | {"limits": {name: 0}}).json.error
    assert error.code == "invalid_limit"
    assert "1.." in error.message or ".." in error.message
    assert error.message.endswith("got 0"), error.message


@pytest.mark.parametrize("field, body", [
    ("args[0]", GOOD | {"args": ["a\0b"]}), ("env.A", GOOD | {"env": {"A": "x\0y"}}),
    ("env", GOOD | {"env": {"": "x"}}), ("env", GOOD | {"env": {"A=B": "x"}}),
    ("env", GOOD | {"env": {"A\0B": "x"}})])
def test_text_that_execve_cannot_carry_is_refused(client, field, body):
    response = client.post("/v1/execute", body)
    assert_refused(response)
    assert response.json.error.field.startswith(field), dict(response.json.error)


def test_nul_in_code(client):
    """No interpreter takes it as source; said before a sandbox is spent on it."""
    assert_refused(client.post("/v1/execute", GOOD | {"code": "print(1)\0"}), "code")


def test_nul_in_stdin_is_data(client):
    reply = client.execute("import sys; print(repr(sys.stdin.read()))", stdin="a\0b")
    assert reply.stdout == "'a\\x00b'\n"


@pytest.mark.parametrize("body", [
    b"", b" ", b"nonsense", b"{", b"[]", b"1", b'"x"', b"null", b"{} {}", b'{"language":"python",}',
    b"{'language':'python'}", b'{"language":"python","code":print}', b"\xef\xbb\xbf", b"\0",
    b'{"language":"python","code":"1"}x', b'{"language":"python","code":"a\nb"}', b"NaN",
    b'{"language":"python","code":"1","limits":{"wall_time_ms":NaN}}',
    b'{"language":"python","code":"1","limits":{"wall_time_ms":01}}',
    b'{"language":"python","code":"1","limits":{"wall_time_ms":+1}}',
    b'{"language":"python","code":"1"/**/}'])
def test_not_a_json_object(client, body):
    assert_refused(client.post("/v1/execute", body))


@pytest.mark.parametrize("bad", [
    b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x80",
    b"\xf0\x82\x82\xac"])
@pytest.mark.parametrize("place", [b'{"language":"python","code":"%s"}',
                                   b'{"language":"python","code":"1","%s":1}',
                                   b'{"language":"python","code":"1","args":["%s"]}',
                                   b'{"language":"python","code":"1","stdin":"%s"}'])
def test_invalid_utf8(client, bad, place):
    assert_refused(client.post("/v1/execute", place.replace(b"%s", bad)))


@pytest.mark.parametrize("escape", [r"\ud800", r"\udc00", r"\ud800A", r"\udc00\ud800", r"\u12",
                                    r"\x41", r"\u{41}"])
def test_lone_surrogates_and_bad_escapes(client, escape):
    body = '{"language":"python","code":"print(\'%s\')"}' % escape
    assert_refused(client.post("/v1/execute", body))


def test_a_surrogate_pair_is_a_character(client):
    response = client.post("/v1/execute",
                           r'{"language":"python","code":"print(ascii(\"\ud83d\udc0e\"))"}')
    assert response.json.stdout == "'\\U0001f40e'\n"


@pytest.mark.parametrize("body", [
    '{"language":"python","code":"print(1)","code":"print(2)"}',
    '{"language":"python","language":"python","code":"1"}',
    '{"language":"python","code":"1","env":{"A":"1","A":"2"}}',
    '{"language":"python","code":"1","limits":{"processes":1,"processes":2}}',
    '{"language":"python","code":"1","c\\u006fde":"2"}'])
def test_duplicate_keys(client, body):
    assert_refused(client.post("/v1/execute", body))


@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [100, 10_000, 1_000_000])
def test_deep_nesting(client, opening, closing, depth):
    deep = opening * depth + "1" + closing * depth
    assert_refused(client.post("/v1/execute", '{"language":"python","code":"1","args":%s}' % deep))
    assert_refused(client.post("/v1/execute", opening * depth))


@pytest.mark.parametrize("number", ["1" * 400, "-" + "9" * 400, "1e400", "1e999999999", "0." + "0" * 4000
                                    + "1", "123456789012345678901234567890"])
def test_huge_numbers(client, number):
    body = '{"language":"python","code":"1","limits":{"wall_time_ms":%s}}' % number
    assert_refused(client.post("/v1/execute", body))


def test_many_members_and_elements(client):
    many = {f"k{n}": n for n in range(100_000)}
    assert_refused(client.post("/v1/execute", GOOD | {"limits": many}))
    response = client.post("/v1/execute", GOOD | {"args": ["x"] * 1_000_000})
    assert response.status in (400, 413)


def test_the_environment_of_a_job_has_a_bound(client):
    response = client.post("/v1/execute", GOOD | {"env": {f"K{n}": "v" * 1000 for n in range(8000)}})
    assert response.status in (400, 413), response


def test_body_too_large_is_refused_before_it_is_read(client):
    head = POST + b"Content-Length: %d\r\n\r\n" % (1 << 40)
    answer = client.raw(head)
    assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]
    assert b'"error"' in answer


def test_body_too_large_when_chunked(client):
    chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    answer = client.raw(POST + b"Transfer-Encoding: chunked\r\n"
                        b"\r\n" + chunk * 40)
    assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]


def test_a_chunked_request_is_fine(client):
    body = json.dumps(GOOD).encode()
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(body[n:n + 7]), body[n:n + 7])
                      for n in range(0, len(body), 7))
    answer = client.raw(POST + b"Transfer-Encoding: chunked\r\n"
                        b"Connection: close\r\n\r\n" + pieces + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ") and b'"1\\n"' in answer


def test_pipelined_requests_are_answered_in_order(client):
    def request(number, extra=b""):
        body = json.dumps({"language": "python", "code": f"print({number})"}).encode()
        return (POST + b"%sContent-Length: %d\r\n\r\n%s"
                % (extra, len(body), body))
    answer = client.raw(request(111) + request(222) + request(333, b"Connection: close\r\n"))
    assert answer.count(b"HTTP/1.1 200 ") == 3
    assert answer.index(b"111\\n") < answer.index(b"222\\n") < answer.index(b"333\\n")


BODY = json.dumps(GOOD).encode()


@pytest.mark.parametrize("headers", [
    b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: -1\r\n",
    b"Content-Length: +5\r\n", b"Content-Length: 0x10\r\n", b"Content-Length: 5, 5\r\n",
    b"Content-Length: 18446744073709551616\r\n", b"Content-Length: 1 1\r\n",
    b"Content-Length: \r\n", b"Content-Length: 33\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 33\r\n", b"Transfer-Encoding: gzip\r\n",
    b"Transfer-Encoding: chunked, identity\r\n", b"Transfer-Encoding: xchunked\r\n",
    b"Content-Length : 33\r\n", b"Bad Header: x\r\n", b"X: a\r\n folded: b\r\n",
    b"X: a\0b\r\n", b": empty\r\n", b"no colon\r\n"])
def test_ambiguous_or_broken_framing_closes_the_connection(client, headers):
    """A second, smuggled request must not be answered."""
    answer = client.raw(POST + headers + b"\r\n" + BODY
                        + b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", shut_write=True)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 ", b"HTTP/1.1 413 ")), answer[:300]
    assert answer.count(b"HTTP/1.1 ") == 1, answer


@pytest.mark.parametrize("chunks", [
    b"-1\r\n", b"ffffffffffffffffff\r\n", b"xyz\r\n", b"5\nhello\r\n0\r\n\r\n", b"+5\r\nhello\r\n",
    b"5\r\nhelloX\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n"])
def test_broken_chunks(client, chunks):
    answer = client.raw(POST + b"Transfer-Encoding: chunked\r\n"
                        b"\r\n" + chunks, shut_write=True)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 ")), answer[:300]
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("request_bytes", [
    b"\r\n\r\n\r\n", b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET /health\r\n\r\n",
    b"GET /health HTTP/9.9\r\n\r\n", b"GET  /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\0" * 64, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 20_000 + b"\r\n"])
def test_bytes_that_are_no_http_are_refused(client, request_bytes):
    answer = client.raw(request_bytes, shut_write=True)
    assert answer == b"" or answer.startswith(
        (b"HTTP/1.1 400 ", b"HTTP/1.1 414 ", b"HTTP/1.1 431 ", b"HTTP/1.1 505 ",
         b"HTTP/1.0 400 ")), answer[:300]


@pytest.mark.parametrize("request_bytes", [
    POST + b"Content-Length: 100\r\n\r\n{",
    POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
    b"POST /v1/exec", b""])
def test_a_request_cut_short_runs_nothing(system, client, request_bytes):
    before = system.status()["jobs"]["total"]
    answer = client.raw(request_bytes, shut_write=True)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:300]
    assert system.status()["jobs"]["total"] == before


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/v1/nosuch", 404), ("POST", "/v1/execute/", 404),
    ("GET", "/v1/execute", 405), ("DELETE", "/v1/execute", 405), ("POST", "/health", 405),
    ("GET", "/../etc/passwd", 404), ("GET", "/v1/runtimes%00", 404)])
def test_wrong_path_or_method(client, method, path, status):
    response = client.request(method, path)
    assert response.status == status
    if status == 405:
        assert response.headers["Allow"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "x"])
def test_a_body_that_says_it_is_not_json(client, content_type):
    assert_refused(client.post("/v1/execute", GOOD, {"Content-Type": content_type}), status=415)


def test_no_answer_leaks_the_inside(client):
    """No exception text, file name or line of ours in what a client is told."""
    for body in (b"{", b"[" * 5000, b'{"language":"python","code":"\xff"}'):
        text = client.post("/v1/execute", body).body
        for inside in (b".cc", b".h:", b"kj::", b"exception", b"nlohmann", b"0x7f"):
            assert inside not in text, text
