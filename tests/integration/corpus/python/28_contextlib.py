import contextlib, io, tempfile
@contextlib.contextmanager
def tag(n):
    print("<", n)
    try: yield n.upper()
    except KeyError as e: print("caught", e)
    finally: print(">", n)
with tag("a") as a, tag("b"): print(a); raise KeyError("k")
with contextlib.ExitStack() as st: [st.callback(print, i) for i in range(2)]; print("body")
o = io.StringIO()
with contextlib.redirect_stdout(o): print("captured")
print(repr(o.getvalue()))
with contextlib.suppress(OSError): open("/nonexistent/x")
with tempfile.NamedTemporaryFile("w+") as f: f.write("t"); f.seek(0); print(f.read())
