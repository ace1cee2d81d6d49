#pragma once
// The versions of Landlock's ABI: which one this kernel has, and what an older one lacks of what we
// use. For the worker that applies it and for those who report it.

#include <string>

namespace brood {

// As the kernel says. 0: it has none, or it is not switched on.
unsigned landlockVersion();

// The first refuses every rename between two directories, which jobs do.
constexpr unsigned kFirstUsefulLandlock = 2;

// Lists the operations that this version does not restrict and the newest known version does:
// "truncation, signals"; empty if there are none. Its own restrictions are in force all the same.
std::string landlockShortfall(unsigned version);

}  // namespace brood
