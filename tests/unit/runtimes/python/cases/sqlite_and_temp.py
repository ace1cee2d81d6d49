import sqlite3
import tempfile

database = sqlite3.connect(":memory:")
print(database.execute("select 1 + 1").fetchall())
with tempfile.TemporaryDirectory() as folder:
    print(tempfile.gettempdir(), folder.startswith("/tmp/"))
