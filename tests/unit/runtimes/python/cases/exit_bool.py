import atexit

atexit.register(lambda: print("at exit", __file__[-7:]))
raise SystemExit(True)
