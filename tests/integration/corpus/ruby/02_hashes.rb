h = { b: 2, a: 1 }
h[:c] = 3
p h.sort.to_h, h.invert, h.select { |_, v| v > 1 }, h.min_by { |_, v| v }
p h.transform_values { _1 * 10 }, h.group_by { |_, v| v.odd? }, h.sum { |_, v| v }
d = Hash.new { |hash, k| hash[k] = k * 2 }
p d[4], d, h.fetch(:zz, 0), h.dig(:a), h.any? { |_, v| v > 2 }
