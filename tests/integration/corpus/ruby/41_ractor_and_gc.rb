Warning[:experimental] = false
r = Ractor.new { Ractor.receive * 2 }
r.send(21)
p r.take
x = 10_000.times.map { |i| "s#{i}" }; x = nil; GC.compact if GC.respond_to?(:compact)
p GC.stat.key?(:count)
