words = %w[pear fig apple kiwi]
p words.sort_by { |w| [w.size, w] }, words.sort { |a, b| b <=> a }, words.max_by(&:length), words.each_slice(3).to_a
p words.sum(&:size), words.chunk_while { |a, b| a.size >= b.size }.to_a, words.group_by(&:size).transform_values(&:count)
