require "optparse"; require "erb"; require "shellwords"; require "ostruct"; require "logger"; require "forwardable"
o = {}
OptionParser.new { |x| x.on("-v") { o[:v] = true }; x.on("-nN", Integer) { o[:n] = _1 } }.parse!(%w[-v -n 3 rest])
p o, "a 'b c'".shellsplit, OpenStruct.new(a: 1).a
puts ERB.new("<% 2.times do |i| %>row <%= i %>\n<% end %>", trim_mode: nil).result
l = Logger.new($stdout); l.formatter = ->(s, _, _, m) { "#{s}: #{m}\n" }; l.info("logged")
