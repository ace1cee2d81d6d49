printf 'abc' >f
md5sum f; sha256sum f | cut -c1-16
base64 <<<"hello"; base64 -d <<<"aGVsbG8="; echo
cksum f; od -An -tx1 f
