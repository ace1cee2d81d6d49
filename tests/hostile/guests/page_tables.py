"""Has the kernel make argv[2] MiB of page tables, by reading zeros: no page is the guest's own."""
import mmap
import signal
import sys

print(sys.argv[1], flush=True)
MAP_NORESERVE = 0x4000
PROT_READ = 1
TABLES_OF_A_MIB = 256
PAGE_OF_TABLES = 2 << 20  # The memory that one page of entries maps.

tables = int(sys.argv[2]) * TABLES_OF_A_MIB
memory = mmap.mmap(-1, tables * PAGE_OF_TABLES, prot=PROT_READ,
                   flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE)
memory.madvise(mmap.MADV_NOHUGEPAGE)
total = 0
for table in range(tables):
    total += memory[table * PAGE_OF_TABLES]
print("touched", tables // TABLES_OF_A_MIB, flush=True)
if sys.argv[3:]:
    signal.pause()  # To be found with all of it.
