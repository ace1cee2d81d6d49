#pragma once
// Free memory between what a zygote has loaded, used up.
//
// malloc(3) answers from chunks that were freed while all was loaded, wherever they lie: each small
// allocation of a worker, and each that its zygote makes for a fork, is a page written to in another
// corner of the heap, and a huge page that comes apart. Once the holes are filled, what is allocated
// lies side by side behind the heap.

#include <cstddef>
#include <cstdint>

namespace brood {

// Where the heap ends, with nothing free before it. With `hugePages`, where the last huge page ends
// that has anything of the heap.
uintptr_t endOfHeap(bool hugePages) noexcept;

// In a process that has loaded all, and has one thread. Takes all free chunks that the allocator has
// below `end`, and what there is of the heap until there, and keeps them for good: what is allocated
// lies behind `end` from now on. Returns how many bytes, of which those between the heap and `end`
// are never touched. None with an allocator that is not glibc's.
size_t fillHeapHoles(uintptr_t end) noexcept;

}  // namespace brood
