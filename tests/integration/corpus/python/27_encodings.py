for enc in ("utf-8", "utf-16", "latin-1", "cp1252", "utf-7", "idna"): print(enc, "caf\u00e9".encode(enc))
print(b"\xff\xfe".decode("utf-8", "replace"), "\udcff".encode("utf-8", "surrogateescape"))
try: b"\x80".decode()
except UnicodeDecodeError as e: print(e)
import codecs, io
print(codecs.decode("uryyb", "rot13"), io.TextIOWrapper(io.BytesIO(b"a\r\nb"), newline=None).read().encode())
open("f", "w", encoding="utf-16").write("x"); print(open("f", "rb").read())
