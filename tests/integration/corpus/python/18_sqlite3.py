import sqlite3
db = sqlite3.connect("file.db"); db.row_factory = sqlite3.Row
db.executescript("create table t(id integer primary key, n text unique, v real)")
with db: db.executemany("insert into t(n, v) values(?, ?)", [("a", 1.5), ("b", 2.5)])
try:
    with db: db.execute("insert into t(n) values('c')"); db.execute("insert into t(n) values('a')")
except sqlite3.IntegrityError as e: print(e)
print([dict(r) for r in db.execute("select n, sum(v) over (order by id) s from t")])
db.create_function("rev", 1, lambda s: s[::-1]); print(db.execute("select rev('abc'), count(*) from t").fetchone()[:])
