r, w = IO.pipe
w.puts "through"; w.close; p r.read
require "stringio"
s = StringIO.new("a\nb\n"); p s.gets, s.read, s.eof?
$stdout.write("raw", 1, "\n"); $stdout.printf("%03d\n", 7)
p IO.popen(["echo", "child"]).read, `printf abc`, $?.exitstatus
