from dataclasses import dataclass, field, asdict, replace
from enum import Enum, Flag, auto, IntEnum
@dataclass(order=True, frozen=True)
class P:
    x: int
    tags: list = field(default_factory=list, compare=False)
    def __post_init__(self):
        if self.x < 0: raise ValueError("negative")
print(P(1) < P(2), asdict(P(3, ["a"])), replace(P(1), x=5))
try: P(1).x = 2
except Exception as e: print(type(e).__name__, e)
class Perm(Flag): R = auto(); W = auto()
class Color(Enum): RED = 1; ROT = 1
class N(IntEnum): A = 3
print(Perm.R | Perm.W, Color.ROT is Color.RED, sorted([N.A, 1]), [p.name for p in Perm])
