import signal

for name in ("SIGINT", "SIGPIPE", "SIGXFSZ", "SIGTERM", "SIGCHLD", "SIGHUP"):
    print(name, signal.getsignal(getattr(signal, name)))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
signal.signal(signal.SIGALRM, lambda *details: print("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.pause()
