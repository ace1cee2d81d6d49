import subprocess as s, sys
print(s.run(["sh", "-c", "cat; echo err >&2; exit 3"], input="in", text=True, capture_output=True))
print(s.check_output([sys.executable, "-c", "import os; print(os.environ['X'])"], env={"X": "1"}))
a = s.Popen(["printf", "b\\na\\n"], stdout=s.PIPE); print(s.check_output(["sort"], stdin=a.stdout)); a.wait()
try: s.run(["sleep", "60"], timeout=0.05)
except s.TimeoutExpired: print("expired")
try: s.run(["no-such-program"])
except FileNotFoundError as e: print(e.filename)
