"""Fills argv[2] MiB of memory that it shares with nobody, and lets go of each page behind itself."""
import mmap
import signal
import sys

print(sys.argv[1], flush=True)
CHUNK = 1 << 20
chunks = int(sys.argv[2])
memory = mmap.mmap(-1, chunks * CHUNK, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
content = b"x" * CHUNK
for chunk in range(chunks):
    memory[chunk * CHUNK:(chunk + 1) * CHUNK] = content
    memory.madvise(mmap.MADV_DONTNEED, chunk * CHUNK, CHUNK)
held = sum(memory[chunk * CHUNK] == ord("x") for chunk in range(chunks))
print("touched", held, flush=True)
if sys.argv[3:]:
    signal.pause()  # To be found with all of it.
