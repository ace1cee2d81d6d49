#include "zygote/memory/heap_holes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

// As loading leaves a heap: every second piece of many sizes is free.
void makeHoles() {
  std::vector<void*> freed;
  for (int round = 0; round < 200; ++round) {
    for (size_t size = 24; size <= 8000; size += 400) {
      freed.push_back(std::malloc(size));
      // Kept for good.
      static_cast<char*>(std::malloc(size))[0] = 1;
    }
  }
  for (void* memory : freed) std::free(memory);
}

size_t countBelow(uintptr_t end) {
  size_t below = 0;
  for (size_t size = 8; size < 60'000; size += size < 1024 ? 16 : 1000) {
    void* volatile memory = std::malloc(size);
    if (reinterpret_cast<uintptr_t>(memory) < end) ++below;
  }
  return below;
}

// Each in a child of its own: what has been filled stays filled.
TEST(HeapHoles, LaterAllocationsLieBehindTheHeap) {
  EXPECT_EQ(inForkedChild([] {
              makeHoles();
              const size_t filled = fillHeapHoles(endOfHeap(false));
              // No more than a chunk of each size and what the cache of freed ones has of it.
              const auto end = reinterpret_cast<uintptr_t>(::sbrk(0)) - 1'500'000;
              return filled > 1'000'000 && countBelow(end) == 0 ? 0 : 1;
            }),
            0);
}

TEST(HeapHoles, WithoutItHolesComeFirst) {
  EXPECT_EQ(inForkedChild([] {
              makeHoles();
              const auto end = reinterpret_cast<uintptr_t>(::sbrk(0)) - 1'500'000;
              return countBelow(end) > 20 ? 0 : 1;
            }),
            0);
}

// A chunk that was in use when the holes were filled, and is free now.
TEST(HeapHoles, ASecondCallFindsLaterHoles) {
  EXPECT_EQ(inForkedChild([] {
              void* volatile old = std::malloc(5000);
              const auto at = reinterpret_cast<uintptr_t>(old);
              const uintptr_t end = endOfHeap(false);
              fillHeapHoles(end);
              std::free(old);
              fillHeapHoles(end);
              void* volatile later = std::malloc(5000);
              return reinterpret_cast<uintptr_t>(later) != at ? 0 : 1;
            }),
            0);
}

TEST(HeapHoles, HugePagesAreLeftBehindWhole) {
  EXPECT_EQ(inForkedChild([] {
              constexpr uintptr_t kHuge = uintptr_t{2} << 20;
              const uintptr_t end = endOfHeap(true);
              fillHeapHoles(end);
              void* volatile later = std::malloc(100);
              const auto at = reinterpret_cast<uintptr_t>(later);
              return end % kHuge == 0 && at >= end && at < end + 200'000 ? 0 : 1;
            }),
            0);
}

TEST(HeapHoles, ASecondTimeThereIsLittle) {
  EXPECT_EQ(inForkedChild([] {
              makeHoles();
              const uintptr_t end = endOfHeap(false);
              fillHeapHoles(end);
              return fillHeapHoles(end) < 200'000 ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace brood::zygote
