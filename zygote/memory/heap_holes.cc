#include "zygote/memory/heap_holes.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "zygote/memory/huge_pages.h"
#include "zygote/process/sanitized.h"

namespace brood::zygote {
namespace {

#if defined(__GLIBC__)
constexpr bool kIsGlibc = !kIsSanitized;
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

// A list, kept in the memory itself, of chunks that were allocated beyond the end although no hole
// was there.
class Behind {
 public:
  ~Behind() {
    while (first_ != nullptr) {
      void* memory = first_;
      first_ = *static_cast<void**>(memory);
      std::free(memory);
    }
  }
  void add(void* memory) {
    *static_cast<void**>(memory) = first_;
    first_ = memory;
  }

 private:
  void* first_ = nullptr;
};

// The bytes that are free at the end of the heap, from where malloc serves what fits into no hole.
size_t bytesAtTop() { return ::mallinfo2().keepcost; }

// Takes chunks of this size below `end` while there are any. False when `most` is used up.
bool takeAllOf(size_t chunk, uintptr_t end, size_t most, size_t& taken) {
  Behind behind;
  const size_t atTop = bytesAtTop();
  while (taken < most) {
    // Volatile: else an allocation that nobody uses need not be made.
    void* volatile memory = std::malloc(chunk - kOverhead);
    if (memory == nullptr) return false;
    if (reinterpret_cast<uintptr_t>(memory) < end) {
      taken += chunk;
      continue;
    }
    behind.add(memory);
    if (bytesAtTop() != atTop) return true;
  }
  return false;
}

}  // namespace

uintptr_t endOfHeap(bool hugePages) noexcept {
  // The end of the heap is free as well, and is no hole.
  if (kIsGlibc) ::malloc_trim(0);
  const auto end = reinterpret_cast<uintptr_t>(::sbrk(0));
  return hugePages ? upToHugePage(end) : end;
}

size_t fillHeapHoles(uintptr_t end) noexcept {
  if (!kIsGlibc) return 0;
  const struct mallinfo2 info = ::mallinfo2();
  // Chunks in a thread's cache count as used (mallinfo(3)).
  size_t most = info.fordblks + info.fsmblks + (size_t{1} << 20);
  if (const auto heapEnd = reinterpret_cast<uintptr_t>(::sbrk(0)); heapEnd < end) {
    most += end - heapEnd;
  }
  size_t taken = 0;
  for (size_t chunk = kLargestChunk; chunk > kChunkStep; chunk = nextSmaller(chunk)) {
    if (!takeAllOf(chunk, end, most, taken)) break;
  }
  return taken;
}

}  // namespace brood::zygote
