class Meta(type):
    def __new__(m, n, b, d, **k): c = super().__new__(m, n, b, d); c.k = k; return c
class A(metaclass=Meta, opt=1):
    def who(self): return "A"
class B(A):
    def who(self): return "B" + super().who()
class C(A):
    def who(self): return "C" + super().who()
class D(B, C):
    def __init_subclass__(cls, **k): print("subclass", cls.__name__, k)
    def __getattr__(self, n): return n.upper()
class E(D): pass
print(D().who(), [c.__name__ for c in D.__mro__], A.k, D().missing)
class T:
    def __set_name__(self, o, n): self.n = n
    def __get__(self, i, o): return f"{self.n} of {type(i).__name__}"
class U: t = T(); __slots__ = ()
print(U().t)
