s = "žluť🐎"
p s.size, s.bytesize, s.encoding, s.reverse, s.unicode_normalize(:nfd).size, s.valid_encoding?
p "\xff".valid_encoding?, "\xff".scrub("?"), s.encode("UTF-16LE").bytesize, s.bytes.first(2), [0x17e].pack("U")
begin; "🐎".encode("ISO-8859-1"); rescue => e; p e.class; end
puts s.b.unpack1("H*")
