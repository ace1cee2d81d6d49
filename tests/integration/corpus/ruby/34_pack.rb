p [1, 2, 258].pack("Cns<").bytes, "abc".unpack("C*"), [3.5].pack("E").unpack1("E"), ["616263"].pack("H*")
p ["abc"].pack("m0"), [1 << 40].pack("Q>").unpack("N2")
