import struct, array, binascii, base64, ctypes
d = struct.pack(">IhBd4s", 1, -2, 255, 0.5, b"ab"); print(d.hex(), struct.unpack(">IhBd4s", d), struct.calcsize("@qbi"))
a = array.array("i", range(4)); a.byteswap(); print(a[1], memoryview(b"abcdef")[1:5:2].tobytes())
print(base64.b85encode(b"hi there"), base64.urlsafe_b64decode("_-8="), binascii.unhexlify("00ff"))
class S(ctypes.Structure): _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint32)]
print(ctypes.sizeof(S), bytes(S(1, 2)), ctypes.CDLL(None).abs(-5))
