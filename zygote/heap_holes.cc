#include "zygote/heap_holes.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace brood {
namespace {

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr bool kIsGlibc = true;
#else
constexpr bool kIsGlibc = false;
#endif

// Chunks are multiples of 16 bytes, of which 8 are the allocator's own.
constexpr size_t kChunkStep = 16, kOverhead = 8;
// Beyond that there are few, and what is left of them is found by the smaller sizes.
constexpr size_t kLargestChunk = size_t{64} << 10;
// Up to here each size has a list of its own (malloc/malloc.c, "smallbin" and "tcache").
constexpr size_t kLargestListed = 1040;

size_t nextSmaller(size_t chunk) {
  if (chunk <= kLargestListed) return chunk - kChunkStep;
  const size_t next = chunk / 8 * 7 / kChunkStep * kChunkStep;
  return next > kLargestListed ? next : kLargestListed;
}

// Takes chunks of this size until one lies behind `heapEnd`. False when `most` is used up.
bool takeAllOf(size_t chunk, uintptr_t heapEnd, size_t most, size_t& taken) {
  while (taken < most) {
    // Volatile: else an allocation that nobody uses need not be made.
    void* volatile memory = std::malloc(chunk - kOverhead);
    if (memory == nullptr) return false;
    if (reinterpret_cast<uintptr_t>(memory) >= heapEnd) {
      std::free(memory);
      return true;
    }
    taken += chunk;
  }
  return false;
}

}  // namespace

size_t fillHeapHoles() noexcept {
  if (!kIsGlibc) return 0;
  // The end of the heap is free as well, and is no hole.
  ::malloc_trim(0);
  const auto heapEnd = reinterpret_cast<uintptr_t>(::sbrk(0));
  const struct mallinfo2 info = ::mallinfo2();
  // Chunks in a thread's cache count as used (mallinfo(3)).
  const size_t most = info.fordblks + info.fsmblks + (size_t{1} << 20);
  size_t taken = 0;
  for (size_t chunk = kLargestChunk; chunk > kChunkStep; chunk = nextSmaller(chunk)) {
    if (!takeAllOf(chunk, heapEnd, most, taken)) break;
  }
  return taken;
}

}  // namespace brood
