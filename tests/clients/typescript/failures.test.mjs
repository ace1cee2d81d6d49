// Failures: what is tried again, what is not, and as which error each arrives.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";

import { AccessError, Brood, BusyError, RefusedError, ServerError, TransportError } from "brood";

const result = {
  id: "0".repeat(32), status: "ok", exit_code: 0, signal: null, stdout: "hi", stderr: "",
  stdout_truncated: false, stderr_truncated: false, results: [], files: [],
  results_truncated: false, files_skipped: [], files_skipped_total: 0,
  usage: {}, timing: {}, isolation: {}, language: "python", version: "3.11.2", added_later: 1,
};
const { stdout, stderr, results, files, ...exit } = result;
const event = (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const stream = event("start", { id: "0", start: "hot" }) + ":\n\n"
  + event("stdout", { data: "a\u2028b" }) + event("of_later", {}) + event("exit", exit);
const refusal = (code) => ({ error: { code, message: "because", field: null } });

/** A server that gives these answers in turn, the last one again and again. */
async function scripted(t, ...answers) {
  const requests = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => { body += piece; });
    request.on("end", () => {
      requests.push({ headers: request.headers, body, port: request.socket.remotePort });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer(response);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => { server.closeAllConnections(); server.close(); });
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}

const say = (status, body, headers = {}) => (response) =>
  response.writeHead(status, { "Content-Type": "application/json", ...headers })
    .end(typeof body === "string" ? body : JSON.stringify(body));
const cut = (...pieces) => (response) => {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (const piece of pieces) response.write(piece);
  response.end();
};
const drop = (response) => response.destroy();
const soon = { "Retry-After": "0" };

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("it did not fail");
}

for (const [status, code] of [[429, "overloaded"], [503, "overloaded"], [503, "unavailable"],
  [503, "sandbox_unavailable"]]) {
  test(`${status} ${code} is asked again`, async (t) => {
    const { url, requests } = await scripted(t, say(status, refusal(code), soon), say(200, result));
    assert.equal((await new Brood({ url }).execute("pass")).stdout, "hi");
    assert.equal(requests.length, 2);
    assert.equal(requests[0].body, requests[1].body);
  });
}

for (const [status, code, kind, mayHaveRun] of [
  [503, "queue_timeout", BusyError, false], [503, "isolation_lost", ServerError, false],
  [503, "supervisor_unavailable", ServerError, true], [503, "buffers_full", ServerError, true],
  [500, "internal_error", ServerError, true], [400, "invalid_value", RefusedError, false],
  [401, "missing_key", AccessError, false]]) {
  test(`${status} ${code} is not asked again`, async (t) => {
    const { url, requests } = await scripted(t, say(status, refusal(code), soon));
    const error = await failure(new Brood({ url }).execute("pass"));
    assert.equal(error.constructor, kind);
    assert.deepEqual([error.code, error.status, error.mayHaveRun], [code, status, mayHaveRun]);
    assert.equal(requests.length, 1);
  });
}

test("a busy server is asked so often and no more", async (t) => {
  const { url, requests } = await scripted(t, say(429, refusal("overloaded"), soon));
  const error = await failure(new Brood({ url, maxRetries: 3 }).execute("pass"));
  assert.ok(error instanceof BusyError && error.retryAfter === 0);
  assert.equal(requests.length, 4);
});

test("a long wait is left to the caller", async (t) => {
  const tomorrow = { "Retry-After": "86400" };
  const { url, requests } = await scripted(t, say(429, refusal("quota"), tomorrow));
  assert.equal((await failure(new Brood({ url }).execute("pass"))).retryAfter, 86400);
  assert.equal(requests.length, 1);
});

test("a lost connection may have run the job", async (t) => {
  const { url, requests } = await scripted(t, drop);
  const error = await failure(new Brood({ url }).execute("pass"));
  assert.ok(error instanceof TransportError);
  assert.deepEqual([error.code, error.mayHaveRun], ["connection_lost", true]);
  assert.equal(requests.length, 1);
});

test("looking is tried again after a lost connection", async (t) => {
  const { url, requests } = await scripted(t, drop, drop, say(200, { status: "ready" }));
  assert.equal(await new Brood({ url }).ready(), true);
  assert.equal(requests.length, 3);
});

test("nobody listens", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  const brood = new Brood({ url: `http://127.0.0.1:${port}`, maxRetries: 1 });
  const error = await failure(brood.execute("pass"));
  assert.deepEqual([error.code, error.mayHaveRun], ["connect_failed", false]);
});

test("silence ends with the time", async (t) => {
  const { url } = await scripted(t, () => undefined);
  const error = await failure(new Brood({ url, timeoutMs: 200 }).execute("pass"));
  assert.deepEqual([error.code, error.mayHaveRun], ["no_answer_in_time", true]);
});

for (const body of ["<html>", "[]", "{}", '{"id":7}']) {
  test(`a strange answer is said so: ${body}`, async (t) => {
    const { url } = await scripted(t, say(200, body));
    assert.equal((await failure(new Brood({ url }).execute("pass"))).code, "invalid_response");
  });
}

test("a proxy's page is a server error", async (t) => {
  const { url } = await scripted(t, say(502, "<html>"));
  const error = await failure(new Brood({ url }).execute("pass"));
  assert.ok(error instanceof ServerError && error.code === "unexpected_status");
});

test("connections are used again, with a key, and only what was given is sent", async (t) => {
  const { url, requests } = await scripted(t, say(200, result));
  const brood = new Brood({ url, apiKey: "secret" });
  for (let n = 0; n < 9; n += 1) await brood.execute("ü", { limits: { processes: 3 } });
  // Node may open a second one before it knows that the first is free again.
  assert.ok(new Set(requests.map(({ port }) => port)).size <= 2);
  assert.equal(requests[0].headers.authorization, "Bearer secret");
  assert.deepEqual(JSON.parse(requests[0].body),
    { language: "python", code: "ü", limits: { processes: 3 } });
});

test("a stream is read however it is cut", async (t) => {
  const bytes = Buffer.from(stream);
  for (const size of [1, 7, bytes.length]) {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    const { url } = await scripted(t, cut(...pieces));
    const events = [];
    for await (const each of new Brood({ url }).stream("pass")) events.push(each);
    assert.deepEqual(events.map(({ type }) => type), ["start", "stdout", "exit"]);
    assert.equal(events[1].text, "a\u2028b");
  }
});

test("a stream without an end was cut", async (t) => {
  const { url, requests } = await scripted(t, cut(stream.slice(0, -40)));
  const events = new Brood({ url }).stream("pass");
  assert.equal((await events.next()).value.type, "start");
  assert.equal((await events.next()).value.type, "stdout");
  const error = await failure(events.next());
  assert.deepEqual([error.code, error.mayHaveRun], ["connection_lost", true]);
  assert.equal(requests.length, 1);
});

test("an error event is thrown", async (t) => {
  for (const [code, kind] of [["internal_error", ServerError], ["queue_timeout", BusyError]]) {
    const { url } = await scripted(t, cut(event("error", refusal(code))));
    assert.ok((await failure(new Brood({ url }).stream("pass").next())) instanceof kind);
  }
});

test("filling pools are not ready, lost isolation is a health", async (t) => {
  const filling = await scripted(t, say(503, refusal("unavailable"), soon));
  assert.equal(await new Brood({ url: filling.url }).ready(), false);
  assert.equal(filling.requests.length, 1);
  const lost = await scripted(t, say(503, { status: "isolation_lost", isolation: {} }));
  assert.equal((await new Brood({ url: lost.url }).health()).status, "isolation_lost");
});

test("a url is looked at first", () => {
  for (const url of ["localhost:8080", "ftp://a", "/run/brood.sock"]) {
    assert.throws(() => new Brood({ url }), TypeError);
  }
});
