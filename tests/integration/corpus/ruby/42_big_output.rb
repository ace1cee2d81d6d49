20_000.times { |i| puts "line #{i}" if i % 1000 == 0 }
print "x" * 70_000, "\n"
$stderr.puts "e" * 10
