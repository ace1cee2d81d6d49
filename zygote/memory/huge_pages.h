#pragma once
// Huge pages for memory that is forked from: one entry of a page table instead of 512 to copy for
// each fork, and a child's exit gives them back in one go.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "zygote/memory/page_ranges.h"

namespace brood::zygote {

// On x86-64, and on AArch64 with 4 KiB pages. Elsewhere the kernel says no.
inline constexpr uintptr_t kHugePageBytes = uintptr_t{2} << 20;

// The first address of a huge page at `address` or behind it.
constexpr uintptr_t upToHugePage(uintptr_t address) {
  return (address + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
}

// Makes a huge page of each aligned piece of `within` that is at least half in use, whatever
// /sys/kernel/mm/transparent_hugepage says short of "never" (MADV_COLLAPSE, Linux 6.1; madvise(2)).
// The memory stays what it is. Answers how many there are now; none where the kernel cannot.
size_t collapseIntoHugePages(const std::vector<PageRange>& within);

}  // namespace brood::zygote
