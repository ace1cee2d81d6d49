#include "zygote/memory/huge_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

// Aligned, in small pages until somebody makes them huge.
class Memory {
 public:
  explicit Memory(size_t hugePages) : bytes_(hugePages * kHugePage) {
    start_ = static_cast<char*>(std::aligned_alloc(kHugePage, bytes_));
    ::madvise(start_, bytes_, MADV_NOHUGEPAGE);
    ::madvise(start_, bytes_, MADV_DONTNEED);
  }
  ~Memory() { std::free(start_); }

  void use(size_t from, size_t to) { std::fill(start_ + from, start_ + to, 'x'); }
  // Until here a fault would have made one by itself.
  void allowHugePages() { ::madvise(start_, bytes_, MADV_HUGEPAGE); }
  char& at(size_t offset) { return start_[offset]; }
  PageRange range(size_t from, size_t to) const {
    auto base = reinterpret_cast<uintptr_t>(start_);
    return {base + from, base + to};
  }
  PageRange all() const { return range(0, bytes_); }

 private:
  size_t bytes_;
  char* start_;
};

size_t hugeBytes() {
  std::ifstream smaps("/proc/self/smaps_rollup");
  std::string word;
  size_t kilobytes = 0;
  while (smaps >> word) {
    if (word == "AnonHugePages:") smaps >> kilobytes;
  }
  return kilobytes << 10;
}

// The kernel's own threads may be quicker than we are, or take a page back, but not time and again.
TEST(HugePagesTest, CollapsesWhatIsInUse) {
  size_t huge = 0;
  for (int attempt = 0; attempt < 20 && huge < 2 * kHugePage; ++attempt) {
    Memory memory(3);
    memory.use(0, 2 * kHugePage);
    memory.allowHugePages();
    EXPECT_EQ(collapseIntoHugePages({memory.range(0, 2 * kHugePage)}), 2u);
    huge = hugeBytes();
    EXPECT_EQ(memory.at(0), 'x');
    EXPECT_EQ(memory.at(2 * kHugePage - 1), 'x');
    EXPECT_EQ(memory.at(2 * kHugePage), '\0');
  }
  EXPECT_GE(huge, 2 * kHugePage);
}

// The kernel's own thread (khugepaged) may be quicker than we are, but not time and again.
TEST(HugePagesTest, LeavesWhatIsNearlyEmpty) {
  size_t left = 0;
  for (int attempt = 0; attempt < 20 && left == 0; ++attempt) {
    Memory memory(1);
    memory.use(0, kHugePage / 4);
    memory.allowHugePages();
    if (collapseIntoHugePages({memory.all()}) == 0) ++left;
  }
  EXPECT_EQ(left, 1u);
}

TEST(HugePagesTest, NothingOutsideOfTheRangesIsTouched) {
  Memory memory(3);
  memory.use(0, 3 * kHugePage);
  memory.allowHugePages();
  // Only the one in the middle is whole.
  EXPECT_EQ(collapseIntoHugePages({memory.range(4096, 3 * kHugePage - 4096)}), 1u);
  EXPECT_EQ(collapseIntoHugePages({memory.range(4096, kHugePage)}), 0u);
  EXPECT_EQ(collapseIntoHugePages({}), 0u);
}

TEST(HugePagesTest, AForkHasTheSameContentAndItsOwnCopy) {
  Memory memory(1);
  memory.use(0, kHugePage);
  memory.allowHugePages();
  ASSERT_EQ(collapseIntoHugePages({memory.all()}), 1u);
  EXPECT_EQ(inForkedChild([&] {
              if (memory.at(123456) != 'x') return 1;
              memory.at(123456) = 'y';
              return memory.at(123457) == 'x' ? 0 : 2;
            }),
            0);
  EXPECT_EQ(memory.at(123456), 'x');
}

}  // namespace
}  // namespace brood::zygote
