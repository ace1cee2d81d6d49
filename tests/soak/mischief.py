"""The acts of one job in ten: each with the verdict it must get, whatever its neighbours do.

Every one prints its argument first, so that an answer can be told from somebody else's.
"""

import collections

Mischief = collections.namedtuple("Mischief", "name code limits is_right")

TOKEN = "import os, sys\nprint(sys.argv[1], flush=True)\n"


def ends(status, **fields):
    return lambda reply: reply.status == status and all(
        reply.get(name) == value for name, value in fields.items())


MISCHIEF = [
    Mischief("memory hog", TOKEN + "hoard = [bytearray(b'x') * (1 << 20) for _ in range(200)]",
             {"memory_bytes": 64 << 20}, ends("memory_limit")),
    Mischief("child eats memory",
             TOKEN + "import subprocess\n"
             "subprocess.run([sys.executable, '-c', \"x = [bytearray(b'x') * (1 << 20) "
             "for _ in range(200)]\"])\nwhile True: pass",
             {"memory_bytes": 64 << 20}, ends("memory_limit")),
    Mischief("endless sleep", TOKEN + "import time\ntime.sleep(1000)",
             {"wall_time_ms": 200}, ends("timeout")),
    Mischief("busy loop", TOKEN + "while True: pass",
             {"cpu_time_ms": 100, "wall_time_ms": 60_000}, ends("cpu_limit")),
    Mischief("output flood", TOKEN + "while True: os.write(1, b'x' * 65536)",
             {"output_bytes": 100_000}, ends("output_limit")),
    Mischief("exits under our feet", TOKEN + "os._exit(9)", {}, ends("error", exit_code=9)),
    Mischief("kills itself", TOKEN + "os.kill(os.getpid(), 9)", {},
             ends("killed", signal="SIGKILL")),
    Mischief("kills all it sees",
             TOKEN + "try:\n    os.kill(-1, 9)\nexcept ProcessLookupError:\n    pass\nos._exit(3)",
             {}, ends("error", exit_code=3)),
    Mischief("forged success",
             TOKEN + "import struct\nos.write(3, struct.pack('<IHHii48s', 0x64726257, 2, 0, 0, 0, "
             "b''))\nos.write(3, os.urandom(500))\nos._exit(0)", {}, ends("ok", exit_code=0)),
    Mischief("fork bomb",
             TOKEN + "import time\ntry:\n    while True:\n        if os.fork() == 0:\n"
             "            time.sleep(1000)\nexcept OSError:\n    os._exit(4)",
             {"processes": 20}, lambda reply: reply.status in ("error", "process_limit")),
    Mischief("daemon", TOKEN + "import signal\nif os.fork() == 0:\n    os.setsid()\n"
             "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    os.closerange(0, 3)\n"
             "    while True: signal.pause()\n", {}, ends("ok", exit_code=0)),
    Mischief("fills its disk",
             TOKEN + "with open('/tmp/big', 'wb') as f:\n    try:\n        while True: "
             "f.write(b'x' * (1 << 20))\n    except OSError: os._exit(5)",
             {"file_bytes": 4 << 20}, ends("error", exit_code=5)),
    Mischief("segmentation fault", TOKEN + "import ctypes\nctypes.string_at(1)", {},
             ends("killed", signal="SIGSEGV")),
]
