a = [5, 3, 8, 1]
p a.sort, a.max(2), a.sum, a.each_slice(2).to_a, a.partition(&:odd?)
p a.each_cons(2).map { |x, y| y - x }, a.rotate, a.combination(2).count, a.inject(:*)
p [1, [2, [3, nil]]].flatten.compact, (1..3).zip(4..6), [1, 1, 2].tally, [3, 1].minmax
