r = Random.new(42)
a = Array.new(5) { r.rand(100) }
p a == Array.new(5) { |i| a[i] }, Random.new(1).rand == Random.new(1).rand
srand(7); x = rand; srand(7); p x == rand
p [1, 2, 3].shuffle(random: Random.new(3)).sort, (0...1000).map { rand }.uniq.size > 990
