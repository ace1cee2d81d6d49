import json
class Money:
    def __init__(self, n): self.n = n
def encode(o):
    if isinstance(o, Money): return {"money": o.n}
    raise TypeError(o)
text = json.dumps({"b": [1, 2.5, None, True], "a": Money(3), "é": "\u2028"}, default=encode, sort_keys=True)
print(text)
print(json.loads(text, object_hook=lambda d: Money(d["money"]).n if "money" in d else d))
try: json.loads('{"a": 1,}')
except json.JSONDecodeError as e: print(e)
