#pragma once
// The arguments of `brood bench`.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace brood::bench {

struct Options {
  std::optional<std::string> socketPath;   // Unset: the configured one, else a system of our own.
  std::optional<std::string> httpAddress;  // "host:port".
  std::optional<std::string> jsonPath;
  size_t runs = 1'000;  // Of a hot job; dearer things run less often.
  double seconds = 5;   // Of each step of throughput; 0 leaves it out.
  std::vector<size_t> clients{1, 2, 4, 8, 16, 32, 64};
  bool pandas = false;
};

// Help, or what is wrong.
struct Usage {
  int exitCode;
  std::string text;
};

std::variant<Options, Usage> parseOptions(int argc, char** argv);

}  // namespace brood::bench
