"""Running programs over HTTP: what goes in, what comes out, and what is said about it."""

import base64
import json
import random
import subprocess
import textwrap

import pytest

import kernel


def code_of(text):
    return textwrap.dedent(text).lstrip("\n")


def native(code, tmp_path, *arguments):
    """Runs the same program in Debian's own interpreter, with its path replaced by the job's."""
    path = tmp_path / "main.py"
    path.write_text(code, encoding="utf-8")
    done = subprocess.run(["/usr/bin/python3", str(path), *arguments], capture_output=True,
                          check=False, stdin=subprocess.DEVNULL, timeout=60)
    return done.returncode, done.stderr.decode().replace(str(path), "/workspace/main.py")


def test_print_is_hot_and_fully_described(client):
    reply = client.execute("print(1)")
    assert reply.status == "ok"
    assert (reply.stdout, reply.stderr) == ("1\n", "")
    assert (reply.exit_code, reply.signal) == (0, None)
    assert (reply.stdout_truncated, reply.stderr_truncated) == (False, False)
    assert reply.language == "python" and reply.version.startswith("3.")
    assert reply.id and reply.id != client.execute("print(1)").id

    timing = reply.timing
    assert timing.start == "hot"
    assert 0 < timing.run_us <= timing.total_us
    assert 0 <= timing.queue_us <= timing.total_us and 0 <= timing.acquire_us <= timing.total_us

    usage = reply.usage
    assert 0 < usage.wall_us and 0 < usage.cpu_us
    assert 0 < usage.peak_memory_bytes <= 256 << 20
    assert usage.processes_peak >= 1

    isolation = reply.isolation
    assert isolation.level == "namespaces"
    for layer in ("user", "mount", "pid", "net", "ipc", "uts", "own_root", "seccomp_numbers",
                  "seccomp_arguments", "landlock", "rlimits", "cgroup_memory"):
        assert layer in isolation.layers, isolation.layers
    assert isolation.missing == kernel.layers_in_part()


def test_all_start_hot_while_the_pool_is_full(system, client):
    for _ in range(5):
        system.settle()
        assert client.execute("print(1)").timing.start == "hot"


@pytest.mark.parametrize("text", ["", "one line", "a\nb\n", "žluťoučký 🐎 \u2028 \x01\x7f"])
def test_stdin_reaches_the_program(client, text):
    reply = client.execute("import sys; sys.stdout.write(sys.stdin.read())", stdin=text)
    assert (reply.status, reply.stdout) == ("ok", text)


def test_stdin_ends(client):
    reply = client.execute("print(repr(input())); print(repr(input()))", stdin="only\n")
    assert reply.stdout == "'only'\n"
    assert reply.stderr.endswith("EOFError: EOF when reading a line\n")
    assert reply.exit_code == 1


def test_every_byte_passes_through_stdin_and_stdout(client):
    """JSON carries text, so the bytes are checked inside and come out as their hex."""
    text = "".join(chr(number) for number in range(1, 0x800))
    reply = client.execute("import sys; print(sys.stdin.buffer.read().hex())", stdin=text)
    assert bytes.fromhex(reply.stdout) == text.encode()


def test_stdin_that_nobody_reads_is_no_obstacle(client):
    reply = client.execute("print('done')", stdin="x" * (4 << 20))
    assert (reply.status, reply.stdout) == ("ok", "done\n")


def test_large_stdin_arrives_whole(client):
    text = "0123456789abcdef" * (1 << 17)
    reply = client.execute(
        "import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())",
        stdin=text)
    expected = subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True)
    assert reply.stdout.split() == expected.stdout.decode().split()[:1]


def test_arguments(client):
    arguments = ["-v", "", "two words", "ž", "--", "*"]
    reply = client.execute("import json, sys; print(json.dumps(sys.argv))", args=arguments)
    assert json.loads(reply.stdout) == ["/workspace/main.py", *arguments]


def test_environment(client):
    reply = client.execute("import os; print(os.environ['GREETING'], os.environ['EMPTY'] == '',"
                           " os.getenv('GREETING'))", env={"GREETING": "ahoj ž", "EMPTY": ""})
    assert reply.stdout == "ahoj ž True ahoj ž\n"


def test_environment_reaches_subprocesses(client):
    reply = client.execute("import subprocess; subprocess.run(['/bin/sh', '-c', 'echo $GREETING'])",
                           env={"GREETING": "inherited"})
    assert (reply.stdout, reply.stderr) == ("inherited\n", "")


@pytest.mark.parametrize("code, exit_code", [
    ("import sys; sys.exit(3)", 3), ("import sys; sys.exit(0)", 0), ("import sys; sys.exit()", 0),
    ("import sys; sys.exit(None)", 0), ("import sys; sys.exit(True)", 1),
    ("import sys; sys.exit(256)", 0), ("import sys; sys.exit(-1)", 255),
    ("import sys; sys.exit('goodbye')", 1), ("import sys; sys.exit((1, 2))", 1),
    ("raise SystemExit(7)", 7), ("exit(4)", 4), ("quit()", 0),
    ("import os; os._exit(9)", 9), ("def f(): exit(5)\nf()", 5)])
def test_exit_codes_are_those_of_the_interpreter(client, tmp_path, code, exit_code):
    reply = client.execute(code)
    assert (exit_code, reply.stderr) == native(code, tmp_path)
    assert reply.exit_code == exit_code
    assert reply.status == ("ok" if reply.exit_code == 0 else "error")


@pytest.mark.parametrize("code", [
    code_of("""
        def inner(x):
            return 1 / x

        def outer():
            inner(0)

        outer()
    """),
    code_of("""
        try:
            {}["k"]
        except KeyError as error:
            raise ValueError("wrapped") from error
    """),
    code_of("""
        class Own(Exception):
            pass

        raise Own("š", 2)
    """),
    code_of("""
        import json
        json.loads("{")
    """),
    "print('unclosed'\n",
    "  indented = 1\n",
    "x = '''never closed\n",
    "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])\n",
    "import nosuchmodule\n",
    code_of("""
        def down(n):
            return down(n - 1)

        import sys
        sys.setrecursionlimit(60)
        down(1000)
    """),
    "eval('1 +')\n",
])
def test_tracebacks_are_exactly_those_of_the_interpreter(client, tmp_path, code):
    reply = client.execute(code)
    exit_code, stderr = native(code, tmp_path)
    assert (reply.exit_code, reply.status) == (exit_code, "error")
    assert reply.stderr == stderr


def test_main_module_is_the_program(client):
    reply = client.execute(code_of("""
        import sys, pickle
        class Thing:
            pass
        print(__name__, __file__, sys.modules["__main__"].Thing is Thing, sys.argv, __doc__)
        print(type(pickle.loads(pickle.dumps(Thing()))).__module__)
        print(sorted(name for name in globals() if not name.startswith("__")))
        print(sys.path[0])
    """))
    assert reply.stderr == ""
    assert reply.stdout.splitlines() == [
        "__main__ /workspace/main.py True ['/workspace/main.py'] None", "__main__",
        "['Thing', 'pickle', 'sys']", "/workspace"]


def test_both_streams_and_their_order_within_each(client):
    reply = client.execute(code_of("""
        import os, sys
        for number in range(100):
            print("out", number)
            print("err", number, file=sys.stderr)
        os.write(1, b"raw\\n") if not sys.stdout.flush() else None
    """))
    assert reply.stdout == "".join(f"out {n}\n" for n in range(100)) + "raw\n"
    assert reply.stderr == "".join(f"err {n}\n" for n in range(100))


def test_threads_are_joined_and_atexit_runs(client):
    reply = client.execute(code_of("""
        import atexit, threading
        atexit.register(print, "last")
        gate = threading.Event()
        def late():
            gate.wait()
            print("thread")
        threading.Thread(target=late).start()
        print("main")
        gate.set()
    """))
    assert (reply.stdout, reply.exit_code) == ("main\nthread\nlast\n", 0)


def test_subprocesses_and_multiprocessing_work(client):
    reply = client.execute(code_of("""
        import multiprocessing, subprocess, sys
        def square(x):
            return x * x
        if __name__ == "__main__":
            print(subprocess.run(["/bin/echo", "child"], capture_output=True, text=True).stdout)
            print(subprocess.check_output([sys.executable, "-c", "print(6 * 7)"], text=True))
            with multiprocessing.Pool(3) as pool:
                print(pool.map(square, range(5)))
    """))
    assert reply.stderr == ""
    assert reply.stdout == "child\n\n42\n\n[0, 1, 4, 9, 16]\n"


def test_asyncio_works(client):
    reply = client.execute(code_of("""
        import asyncio
        async def work(n):
            await asyncio.sleep(0)
            return n
        async def main():
            print(await asyncio.gather(*(work(n) for n in range(4))))
            process = await asyncio.create_subprocess_exec("/bin/echo", "from a child",
                stdout=asyncio.subprocess.PIPE)
            print((await process.communicate())[0].decode(), end="")
        asyncio.run(main())
    """))
    assert (reply.stdout, reply.stderr) == ("[0, 1, 2, 3]\nfrom a child\n", "")


def test_pandas_groups_a_csv_from_stdin(client):
    reply = client.execute(code_of("""
        import sys
        import pandas as pd
        table = pd.read_csv(sys.stdin)
        print(table.groupby("city")["sales"].sum().to_string())
    """), stdin="city,sales\nPrague,3\nBrno,4\nPrague,5\nOstrava,1\n")
    assert reply.stderr == ""
    assert [line.split() for line in reply.stdout.splitlines()] == [
        ["city"], ["Brno", "4"], ["Ostrava", "1"], ["Prague", "8"]]


def test_numpy_decomposes_a_matrix(client):
    """Values of a matrix built to have them, and the product of the factors."""
    reply = client.execute(code_of("""
        import numpy as np
        rng = np.random.default_rng(12345)
        wanted = np.linspace(200.0, 1.0, 200)
        left, _ = np.linalg.qr(rng.standard_normal((200, 200)))
        right, _ = np.linalg.qr(rng.standard_normal((200, 200)))
        matrix = left @ np.diag(wanted) @ right
        u, s, vt = np.linalg.svd(matrix)
        print(np.allclose(s, wanted), np.allclose(u @ np.diag(s) @ vt, matrix), s.shape)
    """))
    assert (reply.stdout, reply.stderr) == ("True True (200,)\n", "")


def test_heavy_modules_are_loaded_before_the_job(client):
    reply = client.execute("import sys; print([m in sys.modules for m in"
                           " ('numpy', 'pandas', 'json', 'matplotlib')])")
    assert reply.stdout == "[True, True, True, True]\n"


def test_importing_a_preloaded_module_is_nearly_free(client):
    """The import machinery only looks it up: far below the 100 ms of CPU a real import takes."""
    reply = client.execute(code_of("""
        import time
        before = time.process_time()
        import numpy, pandas
        print(time.process_time() - before < 0.02)
    """))
    assert reply.stdout == "True\n"


def test_matplotlib_draws_to_a_file(client):
    reply = client.execute(code_of("""
        import matplotlib.pyplot as plt
        plt.plot([1, 2, 3])
        plt.savefig("/workspace/plot.png")
        print(open("/workspace/plot.png", "rb").read(8))
    """))
    assert (reply.stdout, reply.stderr) == ("b'\\x89PNG\\r\\n\\x1a\\n'\n", "")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_megabyte_of_output_is_exact(client, stream):
    text = "".join(random.Random(7).choices("abcdefgh\n", k=1 << 20))
    reply = client.execute(f"import random, sys; sys.{stream}.write("
                           "''.join(random.Random(7).choices('abcdefgh\\n', k=1 << 20)))")
    assert reply.status == "ok"
    assert reply[stream] == text
    assert reply[f"{stream}_truncated"] is False


def test_output_in_one_byte_writes(client):
    reply = client.execute("import os\nfor n in range(20000): os.write(1, b'%d' % (n % 10))")
    assert reply.stdout == "".join(str(n % 10) for n in range(20000))


def test_output_without_newline_or_flush_is_kept(client):
    assert client.execute("print('no newline', end='')").stdout == "no newline"


def test_output_that_is_not_utf8_is_given_whole_in_base64(client):
    reply = client.execute(r"import os; os.write(1, b'ok \xff\xfe end'); os.write(2, b'text')")
    assert (reply.status, reply["stdout_encoding"]) == ("ok", "base64"), dict(reply)
    assert base64.b64decode(reply.stdout) == b"ok \xff\xfe end"
    assert reply.stderr == "text" and "stderr_encoding" not in reply, dict(reply)


def test_nul_bytes_in_output_survive(client):
    assert client.execute("print('a\\0b')").stdout == "a\0b\n"


def test_source_encodings_are_the_interpreters(client):
    reply = client.execute("# -*- coding: utf-8 -*-\nprint('řeka', ascii('🐎'))")
    assert reply.stdout == "řeka '\\U0001f40e'\n"


def test_a_large_program(client):
    code = "\n".join(f"x{n} = {n}" for n in range(50_000)) + "\nprint(x49999)"
    assert client.execute(code).stdout == "49999\n"


def test_an_empty_program_is_a_program(client):
    reply = client.execute("")
    assert (reply.status, reply.stdout, reply.stderr, reply.exit_code) == ("ok", "", "", 0)


def test_death_by_a_signal_is_named(client):
    reply = client.execute("import os, signal; print('x', flush=True);"
                           " os.kill(os.getpid(), signal.SIGSEGV)")
    assert (reply.stdout, reply.exit_code, reply.signal) == ("x\n", None, "SIGSEGV")
    assert reply.status == "killed"


def test_runtimes_and_health(client):
    runtimes = client.get("/v1/runtimes")
    assert runtimes.status == 200
    python = next(r for r in runtimes.json["runtimes"] if r["language"] == "python")
    assert python["version"].startswith("3.")
    health = client.get("/health")
    assert health.status == 200 and "namespaces" in json.dumps(health.json)
    assert client.get("/ready").status == 200


def test_language_aliases(client):
    runtimes = client.get("/v1/runtimes").json["runtimes"]
    python = next(r for r in runtimes if r["language"] == "python")
    for alias in python["aliases"]:
        assert client.execute("print(1)", language=alias).stdout == "1\n"


def test_the_request_as_curl_sends_it(client):
    response = client.request("POST", "/v1/execute", '{"language":"python","code":"print(1)"}',
                              {"Accept": "*/*", "User-Agent": "curl/7.88.1",
                               "Content-Type": "application/json; charset=utf-8"})
    assert (response.status, response.json.stdout) == (200, "1\n")
