import ast, dis, io, tokenize, types, code
t = ast.parse("x = 1 + 2 * y"); print(ast.dump(t.body[0].value)); print(ast.unparse(t))
class R(ast.NodeTransformer):
    def visit_Constant(self, n): return ast.Constant(n.value * 10)
ns = {"y": 3}; exec(compile(ast.fix_missing_locations(R().visit(t)), "<x>", "exec"), ns); print(ns["x"])
print([k.string for k in tokenize.generate_tokens(io.StringIO("a+b").readline)][:3], ast.literal_eval("{'a': (1, -2)}"))
m = types.ModuleType("made"); exec("def f(): return 5", m.__dict__); print(m.f(), eval("a*2", {"a": 4}))
try: compile("a b", "<s>", "exec")
except SyntaxError as e: print(e.msg, e.lineno, e.offset)
