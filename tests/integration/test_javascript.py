"""Node's own semantics, in a process that was parked before its job came."""

import os
import re
import subprocess

import procs
import pytest
from eventually import eventually
from system import System


@pytest.fixture(scope="module")
def node_system():
    with System({"profiles": {"js": {"language": "javascript", "min_idle": 2, "target_idle": 3,
                                     "max_workers": 12}}}) as system:
        yield system


@pytest.fixture
def run(node_system):
    return lambda code, **fields: node_system.client.execute(code, language="javascript", **fields)


def stock(code, tmp_path, name="main.js"):
    """Runs `node main.js` outside, as if it had been in /workspace."""
    (tmp_path / name).write_text(code)
    done = subprocess.run(["/usr/bin/node", str(tmp_path / name)], cwd=tmp_path, check=False,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stderr.replace(str(tmp_path), "/workspace")


def test_a_parked_node_takes_the_job(node_system, run):
    node_system.settle()
    reply = run("console.log(1)")
    assert (reply.status, reply.stdout, reply.stderr) == ("ok", "1\n", "")
    assert (reply.timing.start, reply.timing.warm_by) == ("hot", "parked")
    version = subprocess.check_output(["/usr/bin/node", "-p", "process.versions.node"], text=True)
    assert reply.version == version.strip()
    languages = {one["language"]: one for one in node_system.client.get("/v1/runtimes").json.runtimes}
    assert [profile["warm_by"] for profile in languages["javascript"]["profiles"]] == ["parked"]
    assert [profile["warm_by"] for profile in languages["python"]["profiles"]] == ["fork"]


def test_without_a_profile_it_is_executed(start_system):
    reply = start_system().client.execute("console.log(process.argv[1])", language="node")
    assert (reply.stdout, reply.timing.warm_by) == ("/workspace/main.js\n", "exec")


def test_the_program_finds_what_node_would_show_it(run):
    reply = run("""
        console.log(process.argv, __filename, require.main === module, module.id, process.execArgv);
        console.log(Object.keys(require.cache), process.env, process.cwd(), module.paths[0]);
        console.log(process.eventNames().filter((e) => !['newListener', 'removeListener', 'warning',
          'SIGWINCH'].includes(e)), process.exitCode);
        console.log(require('fs').readFileSync(0, 'utf8'), process.env.TZ, new Date(0).getHours());
        console.log(Object.keys(globalThis).sort().join().includes('gc'), process.stdin.fd);
        """, args=["a", "b c"], env={"COLOUR": "blue", "TZ": "Asia/Tokyo"}, stdin="from stdin")
    assert reply.stderr == ""
    assert reply.stdout == (
        "[ '/usr/bin/node', '/workspace/main.js', 'a', 'b c' ] /workspace/main.js true . []\n"
        "[ '/workspace/main.js' ] {\n  PATH: '/usr/local/bin:/usr/bin:/bin',\n"
        "  HOME: '/workspace',\n  USER: 'sandbox',\n  LANG: 'C.UTF-8',\n  TMPDIR: '/tmp',\n"
        "  PWD: '/workspace',\n  COLOUR: 'blue',\n  TZ: 'Asia/Tokyo'\n} /workspace "
        "/workspace/node_modules\n[] undefined\nfrom stdin Asia/Tokyo 9\nfalse 0\n")


def test_stdin_can_be_read_as_a_stream(run):
    reply = run("for await (const chunk of process.stdin) process.stdout.write(String(chunk))",
                stdin="x" * 200_000)
    assert reply.status == "ok" and reply.stdout == "x" * 200_000


def test_time_begins_with_the_job_and_not_with_its_process(node_system, run):
    node_system.settle()
    reply = run("const began = process.hrtime.bigint();"
                "setTimeout(() => console.log(process.hrtime.bigint() - began > 250000000n), 300)")
    assert reply.stdout == "true\n"


def test_nothing_is_lost_when_the_program_ends_early(run):
    """More than a pipe holds: stock Node cuts it short where its reader is slow."""
    for end in ("process.exit(3)", "throw new Error('x')", "process.exitCode = 3"):
        reply = run("process.stdout.write('x'.repeat(700000)); console.error('y'.repeat(300000));" + end)
        assert len(reply.stdout) == 700_000 and reply.stderr.count("y") >= 300_000
        assert reply.exit_code == (1 if "throw" in end else 3)


FAILING = {
    "thrown": "const a = 1;\n\nfunction f() {\n  throw new TypeError('bad');\n}\nf();\n",
    "custom": "class E extends Error {}\nconst e = new E('m', { cause: new Error('c') });\ne.extra = 1;\nthrow e;",
    "no error": "throw { a: 1 };",
    "rejected": "async function g() { await null; throw new RangeError('later'); }\ng();",
    "rejected with nothing": "Promise.reject(undefined);",
    "timer": "setTimeout(() => { null.x; }, 1);",
    "syntax": "let a = ;\n",
    "emitter": "new (require('events'))().emit('error', new Error('unheard'));",
}


@pytest.mark.parametrize("name", FAILING)
def test_an_unhandled_error_is_shown_as_node_shows_it(run, tmp_path, name):
    def shown(stderr):
        # The frames below the program are Node's, and its way to the program was another.
        lines = [line for line in stderr.splitlines() if "node:internal" not in line]
        return "\n".join(lines).replace("Module._load", "")

    reply = run(FAILING[name])
    exit_code, stderr = stock(FAILING[name], tmp_path)
    assert (reply.status, reply.exit_code) == ("error", exit_code), reply
    assert shown(reply.stderr) == shown(stderr)


def test_an_error_in_a_module(run):
    reply = run("import fs from 'fs';\nawait null;\nthrow new Error('in a module');")
    assert reply.exit_code == 1
    assert re.search(r"/workspace/main\.m?js:3\n.*\n.*\n+Error: in a module", reply.stderr)


def test_files_of_the_job_lie_beside_its_program(run):
    reply = run("""
        import { answer } from './lib/answer.mjs';
        import { readFileSync } from 'node:fs';
        console.log(answer, createRequire(import.meta.url)('./data.json').list[1]);
        console.log(readFileSync('big').length);
        import { createRequire } from 'node:module';
        """, files=[{"path": "lib/answer.mjs", "content": "export const answer = 42;"},
                    {"path": "data.json", "content": '{"list": [1, 2]}'},
                    {"path": "big", "content": "x" * 900_000}])
    assert (reply.stdout, reply.stderr) == ("42 2\n900000\n", "")


def test_an_await_that_never_ends_is_told(run):
    reply = run("import 'fs';\nawait new Promise(() => {});")
    assert (reply.status, reply.exit_code) == ("error", 13)


ENDINGS = {
    "nothing": ("", 0), "exit": ("process.exit(3)", 3), "exit code": ("process.exitCode = 4", 4),
    "exit in a handler": ("process.on('exit', () => { process.exitCode = 5; })", 5),
    "beforeExit": ("process.once('beforeExit', () => setTimeout(() => process.exit(6), 1))", 6),
    "reallyExit": ("process.reallyExit(7)", 7), "large": ("process.exit(256 + 8)", 8),
    "exit from a worker": ("const { Worker } = require('worker_threads');"
                           "new Worker('process.exit(9)', { eval: true })"
                           ".on('exit', (code) => process.exit(code))", 9),
    "with a child left": ("require('child_process').spawn('sleep', ['1000'],"
                          "{ stdio: 'ignore', detached: true }).unref(); process.exit(2)", 2),
    "with a patched exit": ("process.exit = process.reallyExit = process.emit = () => {};"
                            "process.exitCode = 2", 2),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_exit_codes(run, name):
    code, exit_code = ENDINGS[name]
    reply = run(code)
    assert reply.exit_code == exit_code, reply
    assert reply.status == ("ok" if exit_code == 0 else "error")


VERDICTS = {
    "timeout": ("setInterval(() => {}, 1000)", {"wall_time_ms": 300}, "timeout"),
    "timeout of a loop": ("for (;;);", {"wall_time_ms": 300}, "timeout"),
    "CPU": ("for (;;);", {"cpu_time_ms": 200}, "cpu_limit"),
    "memory outside the heap": ("const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))",
                                {"memory_bytes": 96 << 20}, "memory_limit"),
    "memory of the heap": ("const a = []; for (;;) a.push({ i: a.length, s: `text ${a.length}` })",
                           {"memory_bytes": 96 << 20}, "memory_limit"),
    "output": ("for (;;) process.stdout.write('x'.repeat(65536))", {"output_bytes": 100_000},
               "output_limit"),
    "a signal": ("process.kill(process.pid, 'SIGTERM')", {}, "killed"),
    "abort": ("process.abort()", {}, "killed"),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(run, name):
    code, limits, status = VERDICTS[name]
    reply = run(code, limits=limits)
    assert reply.status == status, reply
    assert reply.signal == {"a signal": "SIGTERM", "abort": "SIGABRT"}.get(name, "SIGKILL")


def test_limits_of_the_job_are_the_jobs(run):
    reply = run("""
        const fs = require('fs');
        try { fs.writeFileSync('f', Buffer.alloc(200000)); } catch (e) { console.log(e.code); }
        try { for (;;) fs.openSync('/dev/null'); } catch (e) { console.log(e.code); }
        """, limits={"file_bytes": 100_000, "open_files": 40})
    # The signal of a file that is too large is one that Node ignores.
    assert reply.stdout == "EFBIG\nEMFILE\n"


def test_garbage_does_not_fill_the_memory(run):
    """350 MB in stock Node, of which 16 are in use."""
    reply = run("""
        const used = [];
        for (let i = 0; i < 400; i++) { used.push(new Array(1e5).fill(i)); if (used.length > 20) used.shift(); }
        console.log(used.length)""")
    assert (reply.status, reply.stdout) == ("ok", "20\n"), reply


def test_the_heap_grows_as_far_as_the_job_may(run):
    code = """
        const used = [];
        for (let i = 0; i < 300; i++) used.push(new Array(131072).fill(i));
        console.log(used.length)"""
    reply = run(code, limits={"memory_bytes": 640 << 20})
    assert (reply.status, reply.stdout) == ("ok", "300\n"), reply
    assert run(code).status == "memory_limit"


def test_little_memory_is_enough_for_little(run):
    reply = run("console.log(1)", limits={"memory_bytes": 24 << 20})
    assert (reply.status, reply.stdout) == ("ok", "1\n"), reply


def test_the_next_job_has_nothing_that_one_poisoned(node_system, run):
    poison = """
        Object.prototype.poisoned = 1; Array.prototype.push = null; JSON.stringify = () => 'lie';
        process.stdout.write = () => true; require('fs').writeFileSync('/tmp/left', 'x');
        require('module').prototype.require = () => 'lie'; process.env.LEFT = '1';
        globalThis.left = 1; console.log = () => {}; setInterval(() => {}, 1); process.exit(0)"""
    look = """
        console.log(({}).poisoned, [].push(1), JSON.stringify([1]), require('fs').existsSync('/tmp/left'),
          process.env.LEFT, globalThis.left, typeof require('os').cpus)"""
    for _ in range(6):
        assert run(poison).status == "ok"
        assert run(look).stdout == "undefined 1 [1] false undefined undefined function\n"


def test_the_channel_can_be_abused_and_means_nothing(run):
    """A frame that says "done" ends the reply with an exit code that the job could have chosen."""
    frame = "const f = Buffer.alloc(64); f.write('Wbrd'); f.writeUInt16LE({kind}, 4); f.writeInt32LE(77, 8);"
    send = "require('fs').writeSync(3, f);"
    assert run(frame.format(kind=2) + send + "process.exit(5)").exit_code in (5, 77)
    # Out of step with the channel, the job's own end is not seen before its time is up.
    for forged in [frame.format(kind=kind) + send for kind in (1, 3, 4, 999)] + [
            "require('fs').writeSync(3, 'nonsense'.repeat(99));"]:
        reply = run(forged + "process.exit(5)", limits={"wall_time_ms": 400})
        assert (reply.status, reply.exit_code) in (("error", 5), ("timeout", None)), reply
    assert run("require('fs').closeSync(3); process.exit(6)").exit_code == 6
    assert run("try { require('fs').readSync(4, Buffer.alloc(9)) } catch (e) { console.log(e.code) }"
               ).stdout == "EBADF\n"
    # Children have no more than what they were given.
    assert run("console.log(require('child_process').execSync('ls -x /proc/self/fd').toString())"
               ).stdout.split() == ["0", "1", "2", "3"]  # The last is ls's own.


def test_chance_is_every_jobs_own(run):
    code = """const c = require('crypto'); console.log([Math.random(), c.randomUUID(), c.randomInt(1e12),
                c.randomBytes(8).toString('hex'), crypto?.randomUUID?.()].join('\\n'))"""
    drawn = [run("const crypto = require('crypto').webcrypto; {" + code + "}").stdout.split() for _ in range(5)]
    for values in zip(*drawn):
        assert len(set(values)) == 5, values


def test_a_parked_node_that_dies_is_replaced(node_system):
    node_system.settle()
    own = [pid for pid in node_system.pids() if procs.executable(pid) == "node"]
    assert own
    os.kill(own[0], 9)
    eventually(lambda: own[0] not in node_system.pids(), "the killed process is gone")
    node_system.settle()
    assert node_system.client.execute("console.log(2)", language="js").stdout == "2\n"
