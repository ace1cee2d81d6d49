#pragma once
// The variables of what has been loaded, as a file that nobody has written to: a fork copies no
// entry of a page table for memory that is a file's, and takes what it needs when it needs it.
//
// A Python with pandas has a hundred shared objects whose thousand pages of variables most jobs
// never look at.

#include <cstddef>

namespace brood::zygote {

// How many objects there are now (dl_iterate_phdr(3)). Those of a program's start come first.
size_t countLoadedObjects() noexcept;

// In a process with one thread: the variables of each object beyond the first `keep` become a
// private mapping of one sealed memfd, with what the linker has relocated and what was never
// initialised. Addresses and contents stay as they are, and writing to them is this process's alone
// as before. What cannot be moved is left as it is. Answers how many objects' were.
size_t moveVariablesToFile(size_t keep) noexcept;

}  // namespace brood::zygote
