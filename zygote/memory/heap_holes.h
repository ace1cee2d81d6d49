#pragma once
// Free memory between what a zygote has loaded, used up.
//
// malloc(3) answers from chunks that were freed while all was loaded, wherever they lie: each small
// allocation of a worker, and each that its zygote makes for a fork, is a page written to in
// another corner of the heap, and a huge page that comes apart. Once the holes are filled, what is
// allocated lies side by side behind the heap.

#include <cstddef>
#include <cstdint>

namespace brood::zygote {

// Where the heap ends, with nothing free before it. With `hugePages`, where the last huge page ends
// that has anything of the heap.
uintptr_t endOfHeap(bool hugePages) noexcept;

// Call in a single-threaded process after all loading. Allocates every free chunk below `end`, and
// the rest of the heap up to `end`, and leaks it, so that later allocations are contiguous above
// `end`. Returns how many bytes; those between the heap and `end` are never touched. Does nothing
// with an allocator that is not glibc's.
size_t fillHeapHoles(uintptr_t end) noexcept;

}  // namespace brood::zygote
