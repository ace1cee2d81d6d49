#pragma once
// Pages of this process, by address: which it has of its own, and having them before they are
// needed.
//
// After a fork every page is shared with the parent and the first write to each costs a fault and
// a copy. A process that knows which pages it is going to write to can take those faults while
// nobody is waiting.

#include <kj/array.h>

#include <cstdint>
#include <vector>

namespace brood::zygote {

// Whole pages, from `begin` up to but not including `end`.
struct PageRange {
  uintptr_t begin;
  uintptr_t end;
};

// Private memory of this process as /proc/self/maps lists it now (proc(5)).
struct PrivateMappings {
  std::vector<PageRange> writable;
  std::vector<PageRange> files;  // Program text, constants, variables that nobody has written to.

  // Empty where /proc/self/maps cannot be read.
  static PrivateMappings ofThisProcess();
};

// The pages in `within` that are anonymous and mapped by this process alone: those that it has
// written to since it was forked. Empty where /proc/self/pagemap does not tell (proc(5)).
std::vector<PageRange> ownPages(const std::vector<PageRange>& within);

// The pages in `within` that are mapped at all.
std::vector<PageRange> presentPages(const std::vector<PageRange>& within);

// The first of the mapped pages in each aligned group of 16 of each mapping in `within`. A page of
// a file is mapped together with its neighbours in the same mapping (fault_around_bytes, 64 KiB
// unless set), so that one of them is enough to have the group.
std::vector<PageRange> oneOfEachGroup(const std::vector<PageRange>& within);

// Returns the union in order; ranges that touch are one.
std::vector<PageRange> united(const std::vector<PageRange>& one,
                              const std::vector<PageRange>& other);

// Returns the parts of `all` that are not in `taken`. Both are in order, and neither has ranges
// that overlap.
std::vector<PageRange> without(const std::vector<PageRange>& all,
                               const std::vector<PageRange>& taken);

// Makes the pages this process's own, or maps them. What is no longer mapped is passed over, and
// so is everything where the kernel lacks MADV_POPULATE_* (Linux 5.14, madvise(2)). Allocates
// nothing.
void populateForWriting(kj::ArrayPtr<const PageRange> ranges) noexcept;
void populateForReading(kj::ArrayPtr<const PageRange> ranges) noexcept;

}  // namespace brood::zygote
