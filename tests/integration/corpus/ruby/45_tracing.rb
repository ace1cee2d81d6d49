calls = []
t = TracePoint.new(:call) { |tp| calls << tp.method_id }
def a = b
def b = 1
t.enable { a }
p calls, method(:a).source_location, method(:b).owner, a.then { _1 + 1 }
def kw(a, *r, k: 1, **o, &b) = [a, r, k, o]
p method(:kw).parameters, kw(1, 2, k: 3, z: 4)
