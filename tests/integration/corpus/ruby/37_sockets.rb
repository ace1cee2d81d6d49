require "socket"
s = TCPServer.new("127.0.0.1", 0)
t = Thread.new { c = s.accept; c.puts c.gets.upcase; c.close }
c = TCPSocket.new("127.0.0.1", s.addr[1]); c.puts "hello"; puts c.read; t.join
a, b = UNIXSocket.pair; a.write("x"); a.close; p b.read
