at_exit { puts "first registered, last run" }
at_exit { puts "second: #{$!.class} #{$!.status}" }
puts "body"
exit 0
