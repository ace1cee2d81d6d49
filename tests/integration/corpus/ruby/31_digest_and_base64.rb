require "digest"; require "base64"; require "securerandom"; require "openssl"; require "zlib"
puts Digest::MD5.hexdigest("abc"), Digest::SHA256.hexdigest("abc")[0, 16], Base64.strict_encode64("hello")
puts OpenSSL::HMAC.hexdigest("SHA1", "k", "m"), Zlib.crc32("abc"), Zlib.inflate(Zlib.deflate("x" * 1000)).size
p SecureRandom.hex(8).size, SecureRandom.uuid.count("-"), SecureRandom.hex != SecureRandom.hex
