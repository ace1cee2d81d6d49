f = Fiber.new { |x| y = Fiber.yield(x * 2); Fiber.yield(y + 1); :done }
p f.resume(5), f.resume(10), f.resume, f.alive?
g = Fiber.new { 3.times { |i| Fiber.yield i }; nil }
while (v = g.resume); print v, " "; end
puts
