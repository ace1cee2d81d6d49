# In the zygote: what makes the renewal of a worker quick.
#
# `numpy.random.seed()` writes to 150 pages of a worker, all of them for 2.5 KB of random numbers.
# So the zygote finds these in numpy's memory, makes sure of it, and a worker overwrites them.
import sys

numpy_state = None


def bytes_of_numpy_state():
    state = sys.modules["numpy.random"].mtrand._rand._bit_generator.state
    return state["bit_generator"], state["state"]["key"].tobytes(), state["state"]["pos"]


if "numpy.random" in sys.modules:
    try:
        import ctypes

        generator = sys.modules["numpy.random"].mtrand._rand._bit_generator
        # Also forgets what the last draw left over, and puts the position behind the last number.
        sys.modules["numpy.random"].seed()
        kind, key, position = bytes_of_numpy_state()
        numbers = (ctypes.c_ubyte * len(key)).from_address(generator.ctypes.state_address)
        view = memoryview(numbers).cast("B")
        if kind == "MT19937" and position * 4 == len(key) and view == key:
            view[:] = bytes(reversed(key))
            if bytes_of_numpy_state() == (kind, bytes(reversed(key)), position):
                numpy_state = view
            sys.modules["numpy.random"].seed()
    except (AttributeError, KeyError, TypeError, ValueError):
        # A numpy that is made otherwise: workers call its seed().
        numpy_state = None
