#include "zygote/memory/page_ranges.h"

#include <fcntl.h>
#include <kj/common.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <memory>

#include "base/owned_fd.h"

namespace brood::zygote {
namespace {

// Debian 12's headers have these, older ones do not (linux/mman.h).
constexpr int kPopulateRead = 22;
constexpr int kPopulateWrite = 23;

// Bits of an entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst).
constexpr uint64_t kPresent = uint64_t{1} << 63;
constexpr uint64_t kOfFile = uint64_t{1} << 61;  // Or shared anonymous memory.
constexpr uint64_t kExclusive = uint64_t{1} << 56;

// A sanitizer reserves terabytes, which would take minutes to look through.
constexpr uintptr_t kLargestMapping = uintptr_t{1} << 36;

uintptr_t pageSize() { return static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE)); }

// Adjacent ranges become one: each costs a system call later.
void append(std::vector<PageRange>& ranges, PageRange range) {
  if (!ranges.empty() && ranges.back().end == range.begin) {
    ranges.back().end = range.end;
  } else {
    ranges.push_back(range);
  }
}

template <typename Predicate>
void appendMatching(int pagemapFd, PageRange range, Predicate&& matches,
                    std::vector<PageRange>& found) {
  const uintptr_t size = pageSize();
  std::array<uint64_t, 512> entries;
  for (uintptr_t page = range.begin; page < range.end;) {
    size_t wanted = kj::min(entries.size(), (range.end - page) / size) * sizeof(uint64_t);
    ssize_t count = ::pread(pagemapFd, entries.data(), wanted, page / size * sizeof(uint64_t));
    if (count <= 0) return;
    for (size_t i = 0; i < count / sizeof(uint64_t); ++i, page += size) {
      if (matches(entries[i])) append(found, {page, page + size});
    }
  }
}

template <typename Predicate>
std::vector<PageRange> pagesThat(const std::vector<PageRange>& within, Predicate&& matches) {
  std::vector<PageRange> found;
  OwnedFd pagemap(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  if (pagemap.get() < 0) return found;
  for (const PageRange& range : within) appendMatching(pagemap.get(), range, matches, found);
  return found;
}

void advise(kj::ArrayPtr<const PageRange> ranges, int advice) noexcept {
  for (const PageRange& range : ranges) {
    // A failure means that the page is taken when it is needed, as without us.
    ::madvise(reinterpret_cast<void*>(range.begin), range.end - range.begin, advice);
  }
}

}  // namespace

PrivateMappings PrivateMappings::ofThisProcess() {
  PrivateMappings mappings;
  std::unique_ptr<FILE, int (*)(FILE*)> maps(::fopen("/proc/self/maps", "re"), ::fclose);
  if (!maps) return mappings;
  char line[512];
  while (::fgets(line, sizeof(line), maps.get()) != nullptr) {
    PageRange range;
    char permissions[5];
    uint64_t inode;
    if (::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*x %*s %" SCNu64, &range.begin, &range.end,
                 permissions, &inode) != 4 ||
        permissions[3] != 'p' || permissions[0] != 'r' ||
        range.end - range.begin > kLargestMapping) {
      continue;
    }
    if (permissions[1] == 'w') append(mappings.writable, range);
    if (inode != 0) mappings.files.push_back(range);
  }
  return mappings;
}

std::vector<PageRange> ownPages(const std::vector<PageRange>& within) {
  return pagesThat(within, [](uint64_t entry) {
    return (entry & kPresent) != 0 && (entry & kOfFile) == 0 && (entry & kExclusive) != 0;
  });
}

std::vector<PageRange> presentPages(const std::vector<PageRange>& within) {
  return pagesThat(within, [](uint64_t entry) { return (entry & kPresent) != 0; });
}

std::vector<PageRange> oneOfEachGroup(const std::vector<PageRange>& within) {
  const uintptr_t size = pageSize();
  const uintptr_t groupSize = 16 * size;
  std::vector<PageRange> found;
  for (const PageRange& mapping : within) {
    uintptr_t done = 0;
    for (const PageRange& present : presentPages({mapping})) {
      for (uintptr_t page = std::max(present.begin, done); page < present.end;) {
        found.push_back({page, page + size});
        page = done = (page / groupSize + 1) * groupSize;
      }
    }
  }
  return found;
}

std::vector<PageRange> united(const std::vector<PageRange>& one,
                              const std::vector<PageRange>& other) {
  std::vector<PageRange> both(one);
  both.insert(both.end(), other.begin(), other.end());
  std::sort(both.begin(), both.end(),
            [](PageRange left, PageRange right) { return left.begin < right.begin; });
  std::vector<PageRange> result;
  for (const PageRange range : both) {
    if (!result.empty() && range.begin <= result.back().end) {
      result.back().end = std::max(result.back().end, range.end);
    } else {
      result.push_back(range);
    }
  }
  return result;
}

std::vector<PageRange> without(const std::vector<PageRange>& all,
                               const std::vector<PageRange>& taken) {
  std::vector<PageRange> result;
  auto next = taken.begin();
  for (PageRange rest : all) {
    while (next != taken.end() && next->end <= rest.begin) ++next;
    for (auto hole = next; hole != taken.end() && hole->begin < rest.end; ++hole) {
      if (rest.begin < hole->begin) result.push_back({rest.begin, hole->begin});
      rest.begin = std::min(std::max(rest.begin, hole->end), rest.end);
    }
    if (rest.begin < rest.end) result.push_back(rest);
  }
  return result;
}

void populateForWriting(kj::ArrayPtr<const PageRange> ranges) noexcept {
  advise(ranges, kPopulateWrite);
}

void populateForReading(kj::ArrayPtr<const PageRange> ranges) noexcept {
  advise(ranges, kPopulateRead);
}

}  // namespace brood::zygote
