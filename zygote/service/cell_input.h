#pragma once
// The standard input of a cell.

#include <kj/array.h>

namespace brood::zygote {

// Puts these bytes, and then end of file, where the process's standard input is. Programs that an
// earlier cell has left running keep theirs. Throws when there is no place for them.
void placeCellInput(kj::ArrayPtr<const kj::byte> bytes);

}  // namespace brood::zygote
