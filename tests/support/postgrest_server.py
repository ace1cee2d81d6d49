"""The calls of PostgREST and of Supabase's Storage that Brood makes, on a real PostgreSQL.

A cluster of its own in a folder of its own, reached by its socket; statements go through psql, with
every value as a parameter of a JSON document. What PostgREST refuses is refused here as well: objects
with different members, a wrong key, a table that is not there.
"""

import http.server
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

BIN = "/usr/lib/postgresql/15/bin"


class Postgres:
    """A cluster that can be stopped and started again."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="brood-postgres-")
        self.data = os.path.join(self.directory, "data")
        user = pwd.getpwnam("postgres")
        os.chown(self.directory, user.pw_uid, user.pw_gid)
        self._as_postgres(f"{BIN}/initdb", "-D", self.data, "-A", "trust", "-N")
        self.start()

    def _as_postgres(self, *command, **options):
        return subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
                               *command], check=True, capture_output=True, timeout=120, **options)

    def start(self):
        subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
                        f"{BIN}/pg_ctl", "-D", self.data, "-w", "-l", self.data + ".log", "-o",
                        f"-k {self.directory} -c listen_addresses= -c fsync=off", "start"],
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=120)

    def stop(self, mode="fast"):
        self._as_postgres(f"{BIN}/pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def psql(self, statement, **variables):
        """Runs one statement; `:'name'` in it is a variable. Answers stdout; raises on an error."""
        arguments = [f"-v{name}={value}" for name, value in variables.items()]
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.directory, "-U",
             "postgres", *arguments, "postgres"], input=statement.encode(), capture_output=True,
            timeout=120, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        return done.stdout.decode()

    def destroy(self):
        self.stop("immediate")
        shutil.rmtree(self.directory, ignore_errors=True)


class Supabase:
    """The HTTP front. `failures` are answers to be given before any true one."""

    def __init__(self, postgres, key):
        self.postgres, self.key = postgres, key
        self.failures, self.requests, self.objects = [], [], {}
        self._changed = threading.Condition()
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = front.answer(self.path, self.headers, body)
                content = json.dumps(answer).encode() if answer is not None else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self):
                status, answer = front.read(self.path, self.headers)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def answer(self, target, headers, body):
        with self._changed:
            self.requests.append(target)
            failure = self.failures.pop(0) if self.failures else None
            self._changed.notify_all()
        if failure is not None:
            return failure
        if headers.get("apikey") != self.key or headers.get("Authorization") != f"Bearer {self.key}":
            return 401, {"message": f"Invalid API key {headers.get('apikey')}"}
        path, _, query = target.partition("?")
        if path.startswith("/storage/v1/object/"):
            assert headers["x-upsert"] == "true"
            self.objects[urllib.parse.unquote(path.removeprefix("/storage/v1/object/"))] = body
            return 200, {"Key": path}
        table = path.removeprefix("/rest/v1/")
        assert urllib.parse.parse_qs(query) == {"on_conflict": ["id"]}
        assert "resolution=merge-duplicates" in headers["Prefer"]
        return self._insert(table, json.loads(body))

    def read(self, target, headers):
        """Rows with `column=eq.value` for each column that is named."""
        if headers.get("apikey") != self.key:
            return 401, {"message": "Invalid API key"}
        path, _, query = target.partition("?")
        table = path.removeprefix("/rest/v1/")
        wanted = [(name, value.removeprefix("eq.")) for name, value in
                  urllib.parse.parse_qsl(query) if value.startswith("eq.")]
        where = " and ".join(f"\"{name}\" = :'v{number}'" for number, (name, _) in enumerate(wanted))
        text = self.postgres.psql(
            f"select coalesce(json_agg(row_to_json(e)), '[]') from public.\"{table}\" e "
            f"where {where or 'true'};", **{f"v{number}": value for number, (_, value) in
                                            enumerate(wanted)})
        return 200, json.loads(text)

    def _insert(self, table, rows):
        if len({tuple(sorted(row)) for row in rows}) > 1:
            return 400, {"code": "PGRST102", "message": "All object keys must match"}
        columns = ", ".join(f'"{name}"' for name in rows[0])
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in rows[0])
        # A document between dollar signs: psql substitutes nothing in it.
        document = json.dumps(rows).replace("$rows$", "")
        statement = (f'insert into public."{table}" ({columns}) select {columns} from '
                     f'json_populate_recordset(null::public."{table}", $rows${document}$rows$) '
                     f"on conflict (id) do update set {updates};")
        try:
            self.postgres.psql(statement)
        except RuntimeError as error:
            text = str(error)
            if "does not exist" in text:
                return 404, {"code": "42P01", "message": text}
            unreachable = "connection" in text
            return (503 if unreachable else 400), {"code": "PGRST000", "message": text}
        return 201, None

    def wait_for_requests(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, 120)

    def destroy(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
