"""Uses argv[3] ms of CPU in children of argv[4] ms each, for which nobody waits: argv[2] is how."""
import os
import signal
import sys
import time

print(sys.argv[1], flush=True)
kind, total, life = sys.argv[2], int(sys.argv[3]) / 1000, int(sys.argv[4]) / 1000
gone, alive = os.pipe()


def burn():
    end = time.process_time() + life
    while time.process_time() < end:
        pass


def ignored():
    """The kernel reaps them: their parent ignores their end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in range(round(total / life)):
        read_end, write_end = os.pipe()
        if os.fork() == 0:
            burn()
            os._exit(0)
        os.close(write_end)
        os.read(read_end, 1)  # End of file: it has ended.
        os.close(read_end)


def generations():
    """Each starts the next one and goes, so that it is an orphan's orphan that burns."""
    if os.fork() == 0:
        os.close(gone)
        for _ in range(round(total / life)):
            burn()
            if os.fork() != 0:
                os._exit(0)
        os._exit(0)
    os.close(alive)
    os.read(gone, 1)  # End of file: the last one has ended.


{"ignored": ignored, "generations": generations}[kind]()
print("burnt", round(total * 1000), flush=True)
