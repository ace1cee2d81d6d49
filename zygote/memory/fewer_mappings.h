#pragma once
// Fewer mappings in a process that is forked from: a fork copies each, and an exit undoes each.
//
// A shared object is mapped in five pieces: headers, code, constants, what the linker has
// relocated, and variables. A Python with pandas has a hundred such objects. Here they become two
// pieces each.

#include <cstddef>

namespace brood::zygote {

// In a process with one thread, once all is loaded:
// - headers and constants become readable as code is, next to which they are: one mapping of a
// file;
// - what the linker has relocated becomes writable as variables are: one anonymous mapping;
// - this program's own code becomes anonymous memory, in huge pages if wanted: forks have it
// without a fault. Addresses and contents stay as they are. Of a worker this takes nothing: whoever
// can run code in it can change how its memory is protected.
//
// Answers by how many there are fewer. What cannot be joined is left as it is.
size_t joinMappings(bool hugePages);

}  // namespace brood::zygote
