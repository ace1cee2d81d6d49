File.write("f.txt", "one\ntwo\nthree\n")
p File.readlines("f.txt", chomp: true), File.size("f.txt"), File.exist?("f.txt")
File.open("f.txt", "a") { |f| f.puts "four"; f.print "x" }
File.foreach("f.txt").with_index { |l, i| puts "#{i} #{l}" if i > 2 }
p File.extname("a/b.rb"), File.basename("a/b.rb", ".rb"), File.join("a", "b"), Dir["*.txt"]
Dir.mkdir("d"); File.rename("f.txt", "d/g.txt"); p Dir.children("d"), File.stat("d").directory?
