m = "2024-02-29".match(/(?<y>\d+)-(?<m>\d+)-(?<d>\d+)/)
p m[:y], m.pre_match, m.names, $~[3]
p "a1b22".gsub(/\d+/) { |d| "<#{d.to_i * 2}>" }, "foo bar" =~ /bar/, "x=1;y=2".scan(/(\w)=(\d)/)
p "CamelCaseText".gsub(/([A-Z])/) { "_" + $1.downcase }, "žluť" =~ /\p{L}+/, "ab\ncd"[/^c.$/]
