import functools as f
@f.lru_cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(200), fib.cache_info().misses)
@f.singledispatch
def kind(x): return "thing"
@kind.register
def _(x: int): return "int"
@kind.register(list)
def _(x): return "list"
print(kind(1), kind([]), kind("")); print(f.reduce(lambda a, b: a * b, range(1, 11)), f.partial(int, base=2)("101"))
class C:
    @f.cached_property
    def v(self): print("once"); return 1
c = C(); print(c.v + c.v)
