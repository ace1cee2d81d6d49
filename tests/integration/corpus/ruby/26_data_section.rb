puts DATA.read
DATA.rewind
puts DATA.gets
puts __FILE__, __LINE__, __dir__, $0 == __FILE__
__END__
these lines
are data
