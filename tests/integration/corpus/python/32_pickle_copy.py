import pickle, copy, marshal, shelve, weakref, gc
class N:
    def __init__(s, v): s.v = v; s.me = s
    def __reduce__(s): return (N, (s.v,))
print(pickle.loads(pickle.dumps([N(1), {1, 2}, 1j]))[0].v)
a = [[1]]; b, c = copy.copy(a), copy.deepcopy(a); a[0].append(2); print(b, c, marshal.loads(marshal.dumps((1, "a"))))
with shelve.open("s") as s: s["k"] = [1]
with shelve.open("s") as s: print(dict(s))
n = N(2); r = weakref.ref(n, lambda _: print("gone")); del n; gc.collect(); print(r())
