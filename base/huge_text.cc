#include "base/huge_text.h"

#include <elf.h>
#include <link.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstring>

namespace brood {
namespace {

// Debian 12's headers lack it (linux/mman.h).
constexpr int kCollapse = 25;
constexpr uintptr_t kHugePageBytes = uintptr_t{2} << 20;

constexpr uintptr_t roundUp(uintptr_t value) {
  return (value + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
}

struct Segments {
  uintptr_t textBegin = 0, textEnd = 0;
  uintptr_t nextBegin = UINTPTR_MAX;  // Where the mapping behind the code begins.
};

int findText(dl_phdr_info* info, size_t, void* found) {
  auto& segments = *static_cast<Segments*>(found);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD) continue;
    const uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    if ((header.p_flags & PF_X) != 0) {
      segments.textBegin = begin;
      segments.textEnd = begin + header.p_memsz;
    } else if (segments.textEnd != 0 && begin >= segments.textEnd && begin < segments.nextBegin) {
      segments.nextBegin = begin;
    }
  }
  return 1;  // The program comes first, and is all that is asked for.
}

void* mapAnonymous(void* place, size_t size, int protection, int flags) {
  return ::mmap(place, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

// Aligned to a huge page, or null.
char* newHugeMemory(size_t size) {
  const size_t reserved = size + kHugePageBytes;
  void* start = mapAnonymous(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_NORESERVE);
  if (start == MAP_FAILED) return nullptr;
  const auto begin = reinterpret_cast<uintptr_t>(start);
  const uintptr_t aligned = roundUp(begin);
  if (aligned > begin) ::munmap(start, aligned - begin);
  const uintptr_t end = begin + reserved;
  if (end > aligned + size) {
    ::munmap(reinterpret_cast<void*>(aligned + size), end - aligned - size);
  }
  ::madvise(reinterpret_cast<void*>(aligned), size, MADV_HUGEPAGE);
  return reinterpret_cast<char*>(aligned);
}

}  // namespace

size_t moveTextToHugePages() noexcept {
  Segments segments;
  ::dl_iterate_phdr(findText, &segments);
  const uintptr_t begin = segments.textBegin;
  const size_t used = segments.textEnd - begin, size = roundUp(used);
  if (used == 0 || begin % kHugePageBytes != 0 || begin + size > segments.nextBegin) return 0;
  char* copy = newHugeMemory(size);
  if (copy == nullptr) return 0;
  std::memcpy(copy, reinterpret_cast<const void*>(begin), used);
  const uintptr_t mappedEnd = (segments.textEnd + 4095) & ~uintptr_t{4095};
  void* hole = reinterpret_cast<void*>(mappedEnd);
  const size_t holeSize = begin + size - mappedEnd;
  const bool moved =
      ::madvise(copy, size, kCollapse) == 0 && ::mprotect(copy, size, PROT_READ | PROT_EXEC) == 0 &&
      // Anything else that lies between the code and the next mapping must not be overwritten.
      (holeSize == 0 ||
       mapAnonymous(hole, holeSize, PROT_NONE, MAP_FIXED_NOREPLACE | MAP_NORESERVE) == hole) &&
      // In one step: this very code is what it replaces, with itself.
      ::mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, reinterpret_cast<void*>(begin)) !=
          MAP_FAILED;
  if (!moved) ::munmap(copy, size);
  return moved ? size : 0;
}

}  // namespace brood
