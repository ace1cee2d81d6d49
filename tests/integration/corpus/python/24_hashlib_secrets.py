import hashlib, hmac, secrets, uuid
print(hashlib.sha256(b"abc").hexdigest(), hashlib.blake2b(b"abc", digest_size=8).hexdigest())
print(hmac.new(b"k", b"m", "sha512").hexdigest()[:16], hmac.compare_digest("a", "a"))
print(hashlib.pbkdf2_hmac("sha1", b"p", b"s", 1000).hex(), len(secrets.token_hex(8)), secrets.randbelow(1))
print(uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.uuid4().version, hashlib.sha3_256(b"").hexdigest()[:8])
