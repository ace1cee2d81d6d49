p (1..10).step(3).to_a, ("a".."e").include?("c"), (1...10).size, (1..).first(3), (1..10) % 4
p (1..10).each_with_object([]) { |x, m| m << x if x.even? }, 1.step(2, 0.5).to_a
