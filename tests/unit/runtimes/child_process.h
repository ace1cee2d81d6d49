#pragma once
// Runs a function in a forked child with pipes for its standard descriptors, to its end.

#include <functional>
#include <string>

namespace brood {

struct ChildResult {
  std::string out;
  std::string err;
  int waitStatus = 0;

  // "exit 3" or "signal 9"
  std::string ending() const;
};

struct ForkHooks {
  std::function<void()> before = [] {};
  std::function<void()> afterInParent = [] {};
};

// `body` returns the exit code; an exception in it is printed and exits 125. `input` is all the
// child finds on its standard input and must fit into a pipe's buffer.
ChildResult runInChild(const std::string& input, const std::function<int()>& body,
                       const ForkHooks& hooks = {});

}  // namespace brood
