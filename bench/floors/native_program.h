#pragma once
// A program run the plain way: a new process, nothing around it.

#include <cstdint>
#include <string>
#include <vector>

namespace brood::bench {

struct NativeRun {
  uint64_t nanos;  // From before the spawn until its output was read and it was reaped.
  std::string output;
  int waitStatus;
};

// argv[0] is a path or on our PATH. Standard input is empty, stderr is ours, the environment is
// minimal.
NativeRun runNative(const std::vector<std::string>& argv);

}  // namespace brood::bench
