"""Finding the system's processes by what they do."""

import procs


class Roles:
    """The processes below one serve process, looked up anew at each call."""

    def __init__(self, serve_pid):
        self._serve_pid = serve_pid

    def _named(self, name):
        return [pid for pid in procs.descendants(self._serve_pid)
                if procs.executable(pid) == name]

    def supervisor(self):
        return _only("broodd", self._named("broodd"))

    def gateway(self):
        return _only("brood-gateway", self.gateways())

    def gateways(self):
        return [pid for pid in self._named("brood-gateway") if procs.is_running(pid)]

    def slot_builder(self):
        return _only("slot builder", self.slot_builders())

    def slot_builders(self):
        return self._zygotes("none")

    def python_zygote(self):
        return _only("python zygote", self.python_zygotes())

    def python_zygotes(self):
        return self._zygotes("python")

    def _zygotes(self, language):
        """Not what they fork, some of which is in our PID namespace for a moment."""
        return [pid for pid in self._named(f"brood-zygote-{language}")
                if procs.executable(procs.parent(pid)) == "broodd"
                and procs.inner_pid(pid) is None and procs.is_running(pid)]

    def slot_inits(self):
        return [pid for pid in procs.descendants(self._serve_pid)
                if procs.inner_pid(pid) == 1 and procs.is_running(pid)]

    def workers(self):
        return [pid for pid in self._named("brood-zygote-python")
                if procs.inner_pid(pid) is not None and procs.is_running(pid)]

    def workers_holding(self, name):
        """Those whose job has opened /workspace/NAME: how a test tells its own job from others."""
        workers = set(self.workers())
        return [pid for pid in procs.holding(f"/workspace/{name}") if pid in workers]

    def worker_holding(self, name):
        return _only(f"worker with {name} open", self.workers_holding(name))

    def init_of(self, worker):
        """PID 1 of the worker's PID namespace."""
        space = procs.link(worker, "ns/pid")
        return _only("slot init", [pid for pid in self.slot_inits()
                                   if procs.link(pid, "ns/pid") == space])


def _only(what, pids):
    assert len(pids) == 1, f"expected one {what}, found {pids}"
    return pids[0]
