"""Systems are replaced under load: clients that follow readiness lose no request, and get no answer
twice."""

import contextlib
import itertools
import signal
import threading

from client import Client
from eventually import eventually

# Long enough for the service below to look at each system, on however busy a machine.
NOTICED = {"gateway": {"drain_delay_ms": 4000}}
CLIENTS = 8
REQUESTS_BETWEEN = 40


class Service:
    """Sends clients to the systems that were ready when last asked, as a Kubernetes Service does."""

    def __init__(self):
        self._addresses = []
        self._ready = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def add(self, system):
        self._addresses.append((system.client.host, system.client.port))
        self.wait_for(system, is_ready=True)

    def wait_for(self, system, is_ready):
        address = (system.client.host, system.client.port)
        eventually(lambda: (address in self._ready) == is_ready, f"ready: {is_ready}")

    def choose(self, number):
        ready = self._ready
        return ready[number % len(ready)]

    def _look(self):
        while not self._over.wait(0.02):
            self._ready = [one for one in list(self._addresses) if self._is_ready(*one)]

    def _is_ready(self, host, port):
        client = Client(host, port)
        with contextlib.closing(client), contextlib.suppress(OSError):
            return client.get("/ready").status == 200
        return False


class Load:
    """Clients, each with one connection to each system, that send one job after the other."""

    def __init__(self, service):
        self._service = service
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,))
                         for number in range(CLIENTS)]
        self.answers = []  # (address, what was asked for, what came)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number):
        clients = {}
        for count in itertools.count():
            if self._over.is_set():
                break
            address = self._service.choose(number + count)
            client = clients.setdefault(address, Client(*address))
            token = f"{number}-{count}\n"
            try:
                response = client.post("/v1/execute", {
                    "language": "python", "code": f"print({token.strip()!r})"})
                came = response.json.stdout if response.status == 200 else response
            except OSError as error:
                came = error
            self.answers.append((address, token, came))
        for client in clients.values():
            client.close()

    def wait_for_more(self):
        wanted = len(self.answers) + REQUESTS_BETWEEN
        eventually(lambda: len(self.answers) >= wanted, "jobs are answered", 90)


def test_a_rolling_restart_under_load_loses_no_request(start_system):
    serving = [start_system(NOTICED), start_system(NOTICED)]
    with Service() as service:
        for system in serving:
            service.add(system)
        addresses = [(system.client.host, system.client.port) for system in serving]
        with Load(service) as load:
            load.wait_for_more()
            for old in serving:
                new = start_system(NOTICED)
                service.add(new)
                addresses.append((new.client.host, new.client.port))
                load.wait_for_more()
                old.stop()
                load.wait_for_more()
    wrong = [answer for answer in load.answers if answer[1] != answer[2]]
    assert not wrong, wrong[:5]
    tokens = [token for _, token, _ in load.answers]
    assert len(set(tokens)) == len(tokens)
    assert {address for address, _, _ in load.answers} == set(addresses), "each has answered"


def test_between_the_request_to_end_and_the_drain_jobs_are_taken(start_system):
    system = start_system({"gateway": {"drain_delay_ms": 600_000}})
    kept = Client(system.client.host, system.client.port)
    assert kept.get("/ready").status == 200
    system.ask_to_stop()
    eventually(lambda: system.client.get("/ready").status == 503, "not ready")
    assert system.client.get("/health").json.draining
    # A client that keeps a connection is asked to leave by its next answer.
    response = kept.post("/v1/execute", {"language": "python", "code": "print(1)"})
    assert response.json.stdout == "1\n" and response.headers["Connection"] == "close"
    assert system.client.execute("print(2)").stdout == "2\n"
    # A second one means now; a supervisor that is killed leaves its control groups.
    parts = system.identities()
    system.serve.send_signal(signal.SIGTERM)
    assert system.serve.wait(60) == 1
    system.serve = None
    system.assert_gone(parts)


def test_jobs_that_wait_for_a_place_are_run_before_the_end(start_system):
    system = start_system({"supervisor": {"max_concurrent_jobs": 1}})
    program = "print('running', flush=True)\nfor n in range({}): pass\nprint('end')"
    waiting = Client(system.client.host, system.client.port)
    answers = []
    with system.client.stream(program.format(30_000_000)) as first:
        first.until_output("running")
        thread = threading.Thread(target=lambda: answers.append(waiting.execute("print(2)")))
        thread.start()
        eventually(lambda: system.client.get("/health").json.jobs.queued == 1, "one waits")
        system.ask_to_stop()
        assert first.rest().status == "ok"
        thread.join()
    assert answers[0].stdout == "2\n", answers
    system.stop()
