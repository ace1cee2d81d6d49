from collections import *
print(Counter("mississippi").most_common(2))
d = defaultdict(list); [d[len(w)].append(w) for w in "a bb cc d".split()]; print(dict(d))
q = deque(range(5), maxlen=3); q.rotate(1); print(q)
P = namedtuple("P", "x y", defaults=[0]); print(P(1)._replace(y=2), P._fields)
o = OrderedDict(a=1, b=2); o.move_to_end("a"); print(list(o)); print(ChainMap({"a": 1}, {"a": 2, "b": 3})["b"])
