// The TypeScript client against the Brood at BROOD_URL.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Brood, JobError, RefusedError, Result } from "brood";

const brood = new Brood();

async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const running = async () => (await brood.health()).jobs.running;

test("a result has names in camel case", async () => {
  const result = await brood.execute(
    "import sys\nprint(sys.argv[1:], input())\nsys.exit(3)", { args: ["a", "b"], stdin: "line\n" });
  assert.ok(result instanceof Result);
  assert.deepEqual([result.status, result.exitCode, result.signal], ["error", 3, null]);
  assert.equal(result.stdout, "['a', 'b'] line\n");
  assert.ok(result.usage.wallUs > 0 && result.usage.peakMemoryBytes > 0);
  assert.match(result.timing.start, /hot|warm|cold/);
  assert.ok(result.isolation.layers.includes("seccomp_numbers"));
  assert.equal(result.ok, false);
});

test("check throws what a job said", async () => {
  assert.ok((await brood.execute("pass")).check().ok);
  const failed = await brood.execute("1 / 0");
  assert.throws(() => failed.check(), (error) =>
    error instanceof JobError && error.message.includes("ZeroDivisionError")
      && error.result === failed);
});

test("files go in and come back", async () => {
  const result = await brood.execute(
    "import helper, os, pathlib\n"
    + "data = pathlib.Path('data/in.bin').read_bytes()\n"
    + "pathlib.Path('twice').write_bytes(data * 2)\n"
    + "pathlib.Path('text').write_text(helper.WORD)\n"
    + "os.symlink('/etc/passwd', 'link')\n"
    + "print(os.access('tool', os.X_OK))", {
      files: [
        { path: "helper.py", content: "WORD = 'grüße'" },
        { path: "data/in.bin", content: Uint8Array.of(0, 255, 254) },
        { path: "tool", content: "#!/bin/sh\n", executable: true },
      ],
      collect: ["t*", "link"],
    });
  assert.equal(result.check().stdout, "True\n");
  assert.deepEqual([...result.file("twice").content], [0, 255, 254, 0, 255, 254]);
  assert.equal(result.file("text").text, "grüße");
  assert.equal(result.file("none"), undefined);
  assert.deepEqual(result.filesSkipped, [{ path: "link", reason: "symlink" }]);
});

test("binary output is exact", async () => {
  const result = await brood.execute("import sys; sys.stdout.buffer.write(bytes(range(256)))");
  assert.deepEqual([...result.stdoutBytes], Array.from({ length: 256 }, (_, n) => n));
  assert.ok(result.stdout.includes("\ufffd"));
});

test("options have the server's names", async () => {
  const merged = await brood.execute("echo $WORD; echo err >&2; echo out",
    { language: "bash", env: { WORD: "one" }, mergeOutput: true });
  assert.deepEqual([merged.stdout, merged.stderr], ["one\nerr\nout\n", ""]);
  const slow = await brood.execute("while True: pass", { limits: { wallTimeMs: 200 } });
  assert.equal(slow.status, "timeout");
  assert.deepEqual([slow.limit.name, slow.limit.limit], ["wall_time_ms", 200]);
  const rich = await brood.execute("{'a': 1}", { rich: true });
  assert.deepEqual([rich.results[0].mime, rich.results[0].text], ["application/json", '{"a": 1}']);
  const wrong = await brood.execute("int main() { return x; }", { language: "c" });
  assert.equal(wrong.status, "compile_error");
  assert.ok(wrong.compile.stderr.includes("x") && wrong.compile.wallUs > 0);
});

test("a refusal names its field", async () => {
  await assert.rejects(brood.execute("", { limits: { wallTimeMs: 10 ** 9 } }), (error) =>
    error instanceof RefusedError && error.code === "invalid_limit" && error.status === 400
      && error.field === "limits.wall_time_ms" && !error.mayHaveRun);
});

test("a stream has every kind of event, output before the end", async () => {
  const events = [];
  for await (const event of brood.stream(
    "import sys\ndisplay(7)\nprint('err', file=sys.stderr)\n"
    + "sys.stdout.buffer.write(b'\\xff')\nopen('f', 'w').write('x');",
    { rich: true, collect: ["f"] })) events.push(event);
  assert.equal(events[0].type, "start");
  assert.equal(events.at(-1).type, "exit");
  assert.equal(events.at(-1).outcome.exitCode, 0);
  const of = (type) => events.find((event) => event.type === type);
  assert.equal(of("result").result.text, "7");
  assert.equal(of("stderr").text, "err\n");
  assert.deepEqual([...of("stdout").data], [255]);
  assert.equal(of("file").file.text, "x");
});

test("a large output is streamed", async () => {
  let received = 0;
  for await (const event of brood.stream(
    "import sys\nfor _ in range(128): sys.stdout.write('\\u2028' * 20000)",
    { limits: { outputBytes: 16 << 20 } })) {
    if (event.type === "stdout") received += event.data.length;
  }
  assert.equal(received, 128 * 20000 * 3);
});

test("leaving a stream cancels its job", async () => {
  for await (const event of brood.stream("import time; time.sleep(600)",
    { limits: { wallTimeMs: 300_000 } })) {
    assert.equal(event.type, "start");
    assert.equal(await running(), 1);
    break;
  }
  await until(async () => (await running()) === 0);
});

test("an aborted call cancels its job and rejects with the reason", async () => {
  for (const call of [
    (signal) => brood.execute("while True: pass", { signal }),
    async (signal) => { for await (const _ of brood.stream("while True: pass", { signal })); },
  ]) {
    const controller = new AbortController();
    const reason = new Error("enough");
    const rejected = assert.rejects(call(controller.signal), (error) => error === reason);
    await until(async () => (await running()) === 1);
    controller.abort(reason);
    await rejected;
    await until(async () => (await running()) === 0);
  }
});

test("a job of more than four minutes is whole as well", async () => {
  const result = await brood.execute(
    "import sys\nprint('out')\nprint('err', file=sys.stderr)\nopen('f', 'w').write('x');",
    { limits: { wallTimeMs: 290_000 }, collect: ["f"] });
  assert.deepEqual([result.stdout, result.stderr, result.file("f").text, result.status],
    ["out\n", "err\n", "x", "ok"]);
});

test("sixteen jobs at once", async () => {
  const results = await Promise.all(
    Array.from({ length: 16 }, (_, n) => brood.execute(`print(${n})`)));
  assert.deepEqual(results.map((result) => Number(result.stdout)),
    Array.from({ length: 16 }, (_, n) => n));
});

test("the service is described", async () => {
  assert.equal(await brood.ready(), true);
  const health = await brood.health();
  assert.equal(health.status, "ok");
  assert.ok(health.uptimeMs >= 0 && health.pools.some((pool) => pool.zygoteRestarts === 0));
  const python = (await brood.runtimes()).find((each) => each.language === "python");
  assert.ok(python.available && python.endings.includes("py"));
  assert.equal(python.profiles[0].warmBy, "fork");
});
