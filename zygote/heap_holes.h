#pragma once
// Free memory between what a zygote has loaded, used up.
//
// malloc(3) answers from chunks that were freed while all was loaded, wherever they lie: each small
// allocation of a worker, and each that its zygote makes for a fork, is a page written to in another
// corner of the heap, and a huge page that comes apart. Once the holes are filled, what is allocated
// lies side by side behind the heap.

#include <cstddef>

namespace brood {

// In a zygote that has loaded all, and has one thread. Takes all free chunks that the allocator
// has, and keeps them for good: they are in memory already, and no larger than before. Returns how
// many bytes. None with an allocator that is not glibc's.
size_t fillHeapHoles() noexcept;

}  // namespace brood
