s = "Hello, World"
puts s.upcase, s.sub("World", "Ruby"), s.tr("lo", "01"), s[7..], s.center(20, "*")
p s.scan(/o/).size, s.index("W"), s.each_char.first(3), s.succ, "az".next, "abc".ord
p "a-b_c".split(/[-_]/), "%05.2f|%-5s|%+d|%x" % [3.14159, "ab", 5, 255], "abc" <=> "abd"
puts "line\n".chomp * 2, "snake_case_word".split("_").map(&:capitalize).join
