# In the zygote, once all is loaded: forgets what a worker must not share with its siblings, and
# finds what a worker has to draw anew. Nothing that a worker runs is Python: `random.seed()` and
# `numpy.random.seed()` alone wrote to 150 pages, for 5 KB of random numbers.
#
# Leaves behind:
#   random_memory   buffers that a worker fills with random bytes
#   random_bytes    the same, but of `bytes`
#   seeded          objects that `seed_c`, a method written in C, seeds
#   reseed          what a worker has to call, as far as it could not be done otherwise
#   add_to_openssl  _ssl.RAND_add, or None
#   openssl_forks   whether OpenSSL notices a fork by the process's number
#   start_time      a float of ours that is logging's; or None
import _signal
import os
import sys
import time

random_memory = []
random_bytes = []
seeded = []
reseed = []
seed_c = add_to_openssl = start_time = None
openssl_forks = False


def if_loaded(name):
    return sys.modules.get(name)


def state_of(generator):
    state = generator.state
    return state["bit_generator"], state["state"]["key"].tobytes(), state["state"]["pos"]


# The memory of numpy's global state; None if it does not look as expected.
def memory_of_numpy_state(numpy_random):
    try:
        import ctypes

        # A new one lies where workers write; the first is among what was loaded.
        if hasattr(numpy_random, "set_bit_generator"):
            numpy_random.set_bit_generator(numpy_random.MT19937())
        generator = numpy_random.mtrand._rand._bit_generator
        # Forgets what the last draw left over, too.
        numpy_random.seed()
        kind, key, position = state_of(generator)
        numbers = (ctypes.c_ubyte * len(key)).from_address(generator.ctypes.state_address)
        view = memoryview(numbers).cast("B")
        # The position is at or before the last number: it is drawn, and then all are made anew.
        if kind != "MT19937" or position < len(key) // 4 - 1 or view != key:
            return None
        view[:] = bytes(reversed(key))
        found = state_of(generator) == (kind, bytes(reversed(key)), position)
        numpy_random.seed()
        return view if found else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


# As the interpreter set them when it started, whatever a warm-up script has done.
_signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
_signal.signal(_signal.SIGXFSZ, _signal.SIG_IGN)
_signal.signal(_signal.SIGINT, _signal.default_int_handler)

if random := if_loaded("random"):
    import _random

    random.seed()
    seed_c = _random.Random.seed
    seeded.append(random._inst)
if numpy_random := if_loaded("numpy.random"):
    memory = memory_of_numpy_state(numpy_random)
    if memory is None:
        reseed.append(numpy_random.seed)
    else:
        random_memory.append(memory)
if process := if_loaded("multiprocessing.process"):
    process.current_process().authkey = os.urandom(32)
    random_bytes.append(process.current_process().authkey)
if ssl := if_loaded("_ssl"):
    add_to_openssl = ssl.RAND_add
    openssl_forks = ssl.OPENSSL_VERSION_INFO >= (1, 1, 1)
if tempfile := if_loaded("tempfile"):
    # Made, and seeded, by the first who wants a name.
    tempfile._name_sequence = None
    if synchronize := if_loaded("multiprocessing.synchronize"):
        synchronize.SemLock._rand = tempfile._RandomNameSequence()
if uuid := if_loaded("uuid"):
    uuid._node = uuid._last_timestamp = None
if logging := if_loaded("logging"):
    if isinstance(logging._startTime, int):

        def set_start_time():
            logging._startTime = time.time_ns()

        reseed.append(set_start_time)
    else:
        logging._startTime = start_time = time.time()
