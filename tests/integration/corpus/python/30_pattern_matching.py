from dataclasses import dataclass
@dataclass
class P: x: int; y: int
def m(v):
    match v:
        case 0 | 1: return "small"
        case [a, *rest] if len(rest) > 1: return ("seq", a, rest)
        case {"k": str(s), **o}: return ("map", s, o)
        case P(x=0, y=y): return ("on axis", y)
        case P(x, y): return (x, y)
        case str() as s: return s.upper()
        case _: return None
print([m(v) for v in (1, [1, 2, 3], {"k": "v", "z": 1}, P(0, 5), P(1, 2), "s", 3.0)])
