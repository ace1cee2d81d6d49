#include "zygote/memory/huge_pages.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

namespace brood::zygote {
namespace {

// Debian 12's headers lack it (linux/mman.h).
constexpr int kCollapse = 25;

// Most of a nearly empty piece would become memory that nobody has asked for.
bool isHalfInUse(PageRange piece) {
  uintptr_t presentBytes = 0;
  for (const PageRange& part : presentPages({piece})) presentBytes += part.end - part.begin;
  return presentBytes >= kHugePageBytes / 2;
}

bool collapse(uintptr_t begin) {
  // Somebody else holds a page for a moment, such as a batch that is on its way to a list.
  constexpr int kAttempts = 5;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (::madvise(reinterpret_cast<void*>(begin), kHugePageBytes, kCollapse) == 0) return true;
    if (errno != EAGAIN) return false;
  }
  return false;
}

}  // namespace

size_t collapseIntoHugePages(const std::vector<PageRange>& within) {
  size_t collapsed = 0;
  for (const PageRange& range : within) {
    uintptr_t begin = upToHugePage(range.begin);
    for (; begin + kHugePageBytes <= range.end; begin += kHugePageBytes) {
      if (!isHalfInUse({begin, begin + kHugePageBytes})) continue;
      if (collapse(begin)) ++collapsed;
    }
  }
  return collapsed;
}

}  // namespace brood::zygote
