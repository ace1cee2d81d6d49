Point = Struct.new(:x, :y) do
  def dist = Math.sqrt(x**2 + y**2)
end
pt = Point.new(3, 4)
p pt.dist, pt, pt == Point.new(3, 4), pt.to_a, pt.members
K = Struct.new(:a, :b, keyword_init: true)
p K.new(a: 1, b: 2).to_h
