fact = (1..50).inject(:*)
puts fact, fact.to_s.length, fact.bit_length, fact % 1_000_000_007
puts 3.pow(1000, 97)
