"""Finding the system's processes by what they do."""

import collections

import procs


class Roles:
    """The processes below one serve process, looked up anew at each call."""

    def __init__(self, serve_pid, tier="root"):
        self._serve_pid = serve_pid
        self._has_namespaces = tier != "process"

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
                and procs.name(pid) not in ("brood-keeper", "brood-init", "brood-sweeper")
                and procs.inner_pid(pid) is None and procs.is_running(pid)]

    def _is_init(self, pid):
        if self._has_namespaces:
            return procs.inner_pid(pid) == 1
        return procs.name(pid) == "brood-init"

    def slot_inits(self):
        return [pid for pid in procs.descendants(self._serve_pid)
                if self._is_init(pid) and procs.is_running(pid)]

    def waiting_slot_inits(self):
        """Lists the inits of slots that no worker has been forked into."""
        if self._has_namespaces:
            spaces = collections.Counter(procs.link(pid, "ns/pid")
                                         for pid in procs.descendants(self._serve_pid))
            return [pid for pid in self.slot_inits() if spaces[procs.link(pid, "ns/pid")] == 1]
        taken = {procs.link(pid, "cwd").rpartition("/workspace")[0]
                 for pid in procs.descendants(self._serve_pid)}
        return [pid for pid in self.slot_inits() if procs.link(pid, "fd/1") not in taken]

    def _is_worker(self, pid):
        if self._has_namespaces:
            return procs.inner_pid(pid) is not None
        return procs.name(procs.parent(pid)) == "brood-keeper"

    def workers(self):
        return [pid for pid in self._named("brood-zygote-python")
                if self._is_worker(pid) and procs.is_running(pid)]

    def keeper_of(self, worker):
        """Only in the tier process."""
        keeper = procs.parent(worker)
        assert procs.name(keeper) == "brood-keeper", procs.status(keeper)
        return keeper

    def workers_holding(self, name):
        """Those whose job has opened /workspace/NAME: how a test tells its own job from others."""
        workers = set(self.workers())
        holding = [pid for pid in procs.holding(f"/workspace/{name}") if pid in workers]
        return holding if self._has_namespaces else self._first_of_each_keeper(holding)

    @staticmethod
    def _first_of_each_keeper(pids):
        """A keeper's later children are orphans of its job, for as long as they run."""
        first = {}
        for pid in sorted(pids):
            first.setdefault(procs.parent(pid), pid)
        return list(first.values())

    def worker_holding(self, name):
        return _only(f"worker with {name} open", self.workers_holding(name))

    def init_of(self, worker):
        """PID 1 of the worker's PID namespace, or who cares for its directory."""
        if not self._has_namespaces:
            place = procs.link(worker, "cwd").rpartition("/workspace")[0]
            return _only("caretaker", [pid for pid in self.slot_inits()
                                       if procs.link(pid, "fd/1") == place])
        space = procs.link(worker, "ns/pid")
        return _only("slot init", [pid for pid in self.slot_inits()
                                   if procs.link(pid, "ns/pid") == space])


def _only(what, pids):
    assert len(pids) == 1, f"expected one {what}, found {pids}"
    return pids[0]
