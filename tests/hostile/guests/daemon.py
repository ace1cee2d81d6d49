"""Leaves a daemon: forked twice, in its own session, deaf to polite signals, holding argv[2] open
in the working directory."""
import os
import signal
import sys

print(sys.argv[1], flush=True)
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    held = open(sys.argv[2], "w")
    null = os.open("/dev/null", os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    os.close(reader)
    os.close(writer)
    while True:
        signal.pause()
os.close(writer)
os.read(reader, 1)
print("daemon is up", flush=True)
