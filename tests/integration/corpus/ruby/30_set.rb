require "set"
a = Set[1, 2, 3]; b = Set[2, 3, 4]
p (a | b).to_a, (a & b).to_a, (a - b).to_a, (a ^ b).sort, a.subset?(Set[1, 2, 3, 4]), a.add?(1), a.include?(2)
