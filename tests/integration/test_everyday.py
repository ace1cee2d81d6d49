"""Programs do these things every day: a sandbox that is too tight is as wrong as one too loose."""

import textwrap

import pytest

PROGRAMS = {
    "threads": ("""
        import concurrent.futures
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            print(sum(pool.map(lambda n: n * n, range(100))))
        """, "328350\n"),
    "multiprocessing": ("""
        import multiprocessing
        def square(n): return n * n
        if __name__ == "__main__":
            for method in ("fork", "spawn"):
                with multiprocessing.get_context(method).Pool(2) as pool:
                    print(method, pool.map(square, range(4)))
        """, "fork [0, 1, 4, 9]\nspawn [0, 1, 4, 9]\n"),
    "multiprocessing by a server": ("""
        import multiprocessing
        def square(n): return n * n
        if __name__ == "__main__":
            with multiprocessing.get_context("forkserver").Pool(2) as pool:
                print(pool.map(square, range(4)))
            with multiprocessing.Manager() as manager:
                print(dict(manager.dict(a=1)))
        """, "[0, 1, 4, 9]\n{'a': 1}\n"),
    "shared memory": ("""
        from multiprocessing import shared_memory
        memory = shared_memory.SharedMemory(create=True, size=100)
        memory.buf[0] = 7
        again = shared_memory.SharedMemory(memory.name)
        print(again.buf[0])
        again.close(); memory.close(); memory.unlink()
        """, "7\n"),
    "asyncio with subprocesses": ("""
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_exec(
                "bash", "-c", "echo out; echo err >&2", stdout=-1, stderr=-1)
            print(await child.communicate())
        asyncio.run(main())
        """, "(b'out\\n', b'err\\n')\n"),
    "asyncio with sockets": ("""
        import asyncio, socket
        async def main():
            def serve(reader, writer):
                writer.write(b"hello")
                writer.close()
            server = await asyncio.start_server(
                serve, sock=socket.create_server(("127.0.0.1", 0)))
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", server.sockets[0].getsockname()[1])
            print(await reader.read())
        asyncio.run(main())
        """, "b'hello'\n"),
    "an HTTP server and its client": ("""
        import http.server, threading, urllib.request
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers(); self.wfile.write(b"body")
            def log_message(self, *_): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(f"http://localhost:{server.server_port}/") as reply:
            print(reply.status, reply.read())
        """, "200 b'body'\n"),
    "sqlite": ("""
        import sqlite3
        base = sqlite3.connect("base.db")
        print(base.execute("pragma journal_mode=wal").fetchall())
        base.execute("create table t (a)"); base.execute("insert into t values (1)"); base.commit()
        print(base.execute("select a from t").fetchall())
        """, "[('wal',)]\n[(1,)]\n"),
    "numpy": ("""
        import numpy
        a = numpy.arange(250_000.).reshape(500, 500)
        print((a @ a).shape, numpy.linalg.svd(a, compute_uv=False).shape)
        """, "(500, 500) (500,)\n"),
    "files of every kind": ("""
        import os, shutil, tempfile
        with tempfile.TemporaryDirectory() as place:
            os.mkdir(f"{place}/a"); os.mkdir(f"{place}/b")
            with open(f"{place}/a/file", "w") as file: file.write("text")
            os.rename(f"{place}/a/file", f"{place}/b/file")
            os.link(f"{place}/b/file", f"{place}/a/hard"); os.symlink("b/file", f"{place}/soft")
            os.mkfifo(f"{place}/fifo"); os.chmod(f"{place}/a/hard", 0o600)
            print(open(f"{place}/soft").read(), sorted(os.listdir(place)))
            shutil.move(f"{place}/b", "moved")
        os.symlink("moved/file", "link"); print(open("link").read())
        """, "text ['a', 'b', 'fifo', 'soft']\ntext\n"),
    "a shell and its tools": ("""
        import subprocess
        print(subprocess.check_output(["bash", "-c", '''
            ulimit -n 50; cat <(echo substituted) | tr s S; yes | head -1; nice -n 5 echo nice
            echo teed | tee /dev/null; echo named > /dev/stdout; [ -t 0 ] || echo no terminal
            printf "#!/bin/sh\\necho script" > s; chmod +x s; ./s; timeout 5 true && seq 3 | xargs
            '''], text=True))
        """, "SubStituted\ny\nnice\nteed\nnamed\nno terminal\nscript\n1 2 3\n\n"),
    "scheduling of itself": ("""
        import os, resource
        own = os.sched_getaffinity(0)
        os.sched_setaffinity(0, own); os.sched_setaffinity(os.getpid(), own)
        lower = min(os.getpriority(os.PRIO_PROCESS, 0) + 3, 19)
        os.setpriority(os.PRIO_PROCESS, os.getpid(), lower); print(os.nice(0) == lower)
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
        print(resource.prlimit(0, resource.RLIMIT_NOFILE))
        """, "True\n(40, 40)\n"),
    "signals and children": ("""
        import os, signal, time
        signal.signal(signal.SIGALRM, lambda *_: print("alarm")); signal.setitimer(0, 0.01)
        signal.pause()
        child = os.fork()
        if child == 0:
            while True: time.sleep(10)
        os.kill(child, signal.SIGKILL); print(os.waitpid(child, 0)[1])
        """, "alarm\n9\n"),
    "sockets in the file system and without a name": ("""
        import socket
        for name in ("/tmp/named", "\\0unnamed"):
            server = socket.socket(socket.AF_UNIX); server.bind(name); server.listen()
            client = socket.socket(socket.AF_UNIX); client.connect(name)
            server.accept()[0].sendall(b"x"); print(client.recv(1))
        """, "b'x'\nb'x'\n"),
    "time zones and locales": ("""
        import datetime, locale, zoneinfo
        locale.setlocale(locale.LC_ALL, "")
        print(datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Prague")).isoformat())
        """, "2024-07-01T00:00:00+02:00\n"),
    "a C program with threads of its own": (r"""
        import subprocess
        with open("a.c", "w") as file: file.write('''
            #define _GNU_SOURCE
            #include <pthread.h>
            #include <sched.h>
            #include <stdio.h>
            static void* run(void* x) { return x; }
            int main(void) {
              cpu_set_t all; sched_getaffinity(0, sizeof all, &all);
              pthread_attr_t attr; pthread_attr_init(&attr);
              pthread_t thread; struct sched_param none = {0};
              int a = pthread_attr_setaffinity_np(&attr, sizeof all, &all);
              int b = pthread_create(&thread, &attr, run, 0);
              pthread_join(thread, 0);
              int c = pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
              int d = pthread_setname_np(pthread_self(), "name");
              printf("%d %d %d %d\\n", a, b, c, d); }''')
        subprocess.run(["gcc", "-pthread", "-o", "a", "a.c"], check=True)
        print(subprocess.check_output("./a", text=True), end="")
        """, "0 0 0 0\n"),
}


# Without namespaces of their own jobs have no sockets with an address, and may name themselves only
# as 0, which pthread_create() does not.
REFUSED = {"multiprocessing by a server", "asyncio with sockets", "an HTTP server and its client",
           "sockets in the file system and without a name"}
OTHERWISE = {"a C program with threads of its own": "0 1 0 0\n"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_everyday(system, client, name):
    program, expected = PROGRAMS[name]
    reply = client.execute(textwrap.dedent(program), limits={"wall_time_ms": 60_000,
                                                             "cpu_time_ms": 60_000})
    if system.tier == "process":
        if name in REFUSED:
            assert reply.status == "error", f"{dict(reply)}"
            assert "PermissionError: [Errno 13] Permission denied" in reply.stderr
            return
        expected = OTHERWISE.get(name, expected)
    assert (reply.status, reply.stdout) == ("ok", expected), f"{dict(reply)}"
