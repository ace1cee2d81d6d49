# Replaces what a worker must not share with its siblings or with the zygote: random state copied
# by the fork, identities drawn at import time, and signal handlers reset by the lock-down.
# `numpy_state` is from prepare_renewal.py, or None. `in_worker` is false for a trial in the zygote,
# whose signals are not Python's.
# The hash seed stays shared by all workers of one zygote: it cannot be changed after start-up.
import _signal
import os
import sys


def if_loaded(name):
    return sys.modules.get(name)


if random := if_loaded("random"):
    random.seed()
if numpy_state is not None:
    numpy_state[:] = os.urandom(len(numpy_state))
elif numpy_random := if_loaded("numpy.random"):
    numpy_random.seed()
if tempfile := if_loaded("tempfile"):
    # Reseeds itself when the pid changes; in PID namespaces it often does not.
    tempfile._name_sequence = None
if uuid := if_loaded("uuid"):
    uuid._node = uuid._last_timestamp = None
if process := if_loaded("multiprocessing.process"):
    process.current_process().authkey = os.urandom(32)
if synchronize := if_loaded("multiprocessing.synchronize"):
    synchronize.SemLock._rand = if_loaded("tempfile")._RandomNameSequence()
if ssl := if_loaded("_ssl"):
    # OpenSSL notices a fork by the pid as well. The zygote has set it up: this only reseeds.
    ssl.RAND_add(os.urandom(48), 48.0)
if logging := if_loaded("logging"):
    import time

    is_ns = isinstance(logging._startTime, int)
    logging._startTime = time.time_ns() if is_ns else time.time()

if in_worker:
    _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_IGN)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
