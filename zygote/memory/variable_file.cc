#include "zygote/memory/variable_file.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <vector>

#include "base/owned_fd.h"
#include "zygote/memory/page_ranges.h"
#include "zygote/process/sanitized.h"

namespace brood::zygote {
namespace {

uintptr_t pageSize() { return static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE)); }

struct Segments {
  size_t keep;
  size_t object = 0;
  std::vector<PageRange> found;
};

// Whole pages of each part that is written to, initialised or not.
int addSegments(dl_phdr_info* info, size_t, void* data) {
  auto& segments = *static_cast<Segments*>(data);
  if (segments.object++ < segments.keep) return 0;
  const uintptr_t size = pageSize();
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_W) == 0) continue;
    const uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    segments.found.push_back(
        {begin & ~(size - 1), (begin + header.p_memsz + size - 1) & ~(size - 1)});
  }
  return 0;
}

bool writeAt(int fd, PageRange range, off_t offset) {
  while (range.begin < range.end) {
    const ssize_t count =
        ::pwrite(fd, reinterpret_cast<const void*>(range.begin), range.end - range.begin, offset);
    if (count <= 0) return false;
    range.begin += static_cast<uintptr_t>(count);
    offset += count;
  }
  return true;
}

bool mapFrom(int fd, PageRange range, off_t offset) {
  return ::mmap(reinterpret_cast<void*>(range.begin), range.end - range.begin,
                PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, offset) != MAP_FAILED;
}

}  // namespace

size_t countLoadedObjects() noexcept {
  size_t count = 0;
  ::dl_iterate_phdr(
      [](dl_phdr_info*, size_t, void* total) {
        ++*static_cast<size_t*>(total);
        return 0;
      },
      &count);
  return count;
}

size_t moveVariablesToFile(size_t keep) noexcept {
  if (kIsSanitized) return 0;
  Segments segments{.keep = keep, .found = {}};
  ::dl_iterate_phdr(addSegments, &segments);
  OwnedFd file(::memfd_create("brood-variables", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return 0;
  off_t end = 0;
  size_t moved = 0;
  for (const PageRange& range : segments.found) {
    // Between the two nothing may write there: no function of these objects is called.
    if (!writeAt(file.get(), range, end)) break;
    if (mapFrom(file.get(), range, end)) ++moved;
    end += static_cast<off_t>(range.end - range.begin);
  }
  // The seals keep anybody who gets hold of the file from changing what is mapped.
  ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  return moved;
}

}  // namespace brood::zygote
