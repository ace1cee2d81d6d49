#pragma once
// Landlock for a process that needs no path at all, or few.

#include <optional>
#include <string>
#include <vector>

namespace brood {

// Which TCP a process still has.
enum class TcpLeft { none, connecting };

// A file, or a folder with all in it. What is not there grants nothing.
struct PathLeft {
  std::string path;
  bool isWritable = false;  // Files are read, written, made, renamed and removed.
};

// Denies this thread, for good, every path but those that are left, every TCP port of its own, and
// signals and abstract sockets of others, as far as the kernel's version of Landlock goes. Wants
// no_new_privs. Why it cannot, or nothing.
std::optional<std::string> denyByLandlock(TcpLeft left, const std::vector<PathLeft>& paths = {});

}  // namespace brood
