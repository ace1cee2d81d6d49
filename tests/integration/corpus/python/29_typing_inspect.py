import typing as t, inspect
class P(t.Protocol):
    def run(self) -> int: ...
T = t.TypeVar("T")
class Box(t.Generic[T]):
    def __init__(self, v: T): self.v = v
def f(a: int, /, b: "str" = "x", *c: float, d: t.Optional[int] = None, **e) -> list[int]: "doc"
print(inspect.signature(f), t.get_type_hints(f)["b"], Box[int](3).v, t.get_args(dict[str, int]))
print(inspect.getsource(Box).splitlines()[0], inspect.getdoc(f), [p.kind.name for p in inspect.signature(f).parameters.values()])
class D(t.TypedDict): a: int
print(D(a=1), t.get_origin(t.Union[int, None]) is t.Union, inspect.currentframe().f_lineno)
