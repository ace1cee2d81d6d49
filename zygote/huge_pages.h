#pragma once
// Huge pages for memory that is forked from: one entry of a page table instead of 512 to copy for
// each fork, and a child's exit gives them back in one go.

#include <cstddef>
#include <vector>

#include "zygote/page_ranges.h"

namespace brood {

// Makes a huge page of each aligned piece of `within` that is at least half in use, whatever
// /sys/kernel/mm/transparent_hugepage says short of "never" (MADV_COLLAPSE, Linux 6.1; madvise(2)).
// The memory stays what it is. Answers how many there are now; none where the kernel cannot.
size_t collapseIntoHugePages(const std::vector<PageRange>& within);

}  // namespace brood
