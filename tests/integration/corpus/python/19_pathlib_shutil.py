import pathlib, shutil, tempfile, os
root = pathlib.Path(tempfile.mkdtemp()); (root / "a/b").mkdir(parents=True)
(root / "a/b/c.txt").write_text("text"); (root / "a/d.bin").write_bytes(b"123")
print(sorted(str(x.relative_to(root)) for x in root.rglob("*")), (root / "a/b/c.txt").stem)
shutil.copytree(root / "a", root / "z"); shutil.make_archive(str(root / "arc"), "gztar", root / "z")
print((root / "arc.tar.gz").exists(), sorted(os.listdir(root)))
os.symlink("a", root / "l"); print(os.readlink(root / "l"), (root / "l/d.bin").stat().st_size)
shutil.rmtree(root); print(root.exists(), pathlib.PurePosixPath("/a/../b").parts, pathlib.Path.cwd())
