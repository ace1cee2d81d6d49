STDOUT.sync = true
print "a"; STDOUT.flush; $stdout << "b" << 1 << "\n"
old = $stdout; require "stringio"; $stdout = StringIO.new; puts "hidden"; s = $stdout.string; $stdout = old
p s, $stderr.sync, STDIN.read, STDIN.eof?
puts [1, [2, [nil]]], nil.to_s, [].to_s
pp({ a: 1 })
