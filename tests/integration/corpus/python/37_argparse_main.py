import argparse, sys
p = argparse.ArgumentParser(prog="tool", exit_on_error=False); p.add_argument("n", type=int, nargs="+"); p.add_argument("--sum", dest="f", action="store_const", const=sum, default=max)
print(p.parse_args(["1", "2", "--sum"]).f([1, 2]), p.parse_args(["3"]))
try: p.parse_args(["x"])
except argparse.ArgumentError as e: print(e)
s = p.format_usage(); print(s.strip(), __name__, sys.argv[1:], sys.flags.utf8_mode)
def cleanup(): print("atexit")
import atexit; atexit.register(cleanup)
