import zipfile, gzip, bz2, lzma, zlib, io, tarfile
b = io.BytesIO()
with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z: z.writestr("d/a.txt", "x" * 1000)
with zipfile.ZipFile(b) as z: print(z.namelist(), z.read("d/a.txt")[:3], z.testzip())
data = b"hello " * 100
print([len(m.decompress(m.compress(data))) for m in (gzip, bz2, lzma, zlib)], zlib.crc32(data))
t = io.BytesIO()
with tarfile.open(fileobj=t, mode="w:xz") as f: i = tarfile.TarInfo("n"); i.size = 3; f.addfile(i, io.BytesIO(b"abc"))
t.seek(0); print(tarfile.open(fileobj=t).extractfile("n").read())
