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
  std::optional<std::string> jsonPath, markdownPath, htmlPath;
  std::optional<std::string> plotsDir;     // Each picture as a file of its own.
  std::optional<std::string> comparePath;  // The JSON of an earlier run.
  size_t runs = 1'000;                     // Of a hot job; dearer things run less often.
  double seconds = 5;                      // Of each step of throughput; 0 leaves it out.
  std::vector<size_t> clients{1, 2, 4, 8, 16, 32, 64};
  // Jobs per second of each step of the open loop. Unset: parts of the best rate with many clients.
  std::optional<std::vector<double>> rates;
  bool pandas = false;
  bool allLanguages = false;  // Instead of everything else.
  // Groups of systems that are configured otherwise, instead of everything else.
  std::vector<std::string> variantGroups;
};

// Help, or what is wrong.
struct Usage {
  int exitCode;
  std::string text;
};

std::variant<Options, Usage> parseOptions(int argc, char** argv);

}  // namespace brood::bench
