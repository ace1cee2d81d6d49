#pragma once
// The arguments of `brood bench`.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace brood::bench {

struct Options {
  std::optional<std::string> socketPath;   // Unset: the configured one, else a system of our own.
  std::optional<std::string> httpAddress;  // "host:port".
  std::optional<std::string> jsonPath, markdownPath;
  std::optional<std::string> comparePath;  // The JSON of an earlier run.
  std::vector<std::string> scenarios;      // By their names, in any order.
  bool isQuick = false;                    // Fewer sizes, too.
  size_t runs = 1'000;                     // Runs of a hot job; slower subjects run less often.
  double seconds = 5;                      // Seconds of each step of throughput; 0 leaves it out.
  std::vector<size_t> clients{1, 2, 4, 8, 16, 32, 64, 128, 256};
  // Jobs per second of each step of the open loop. Unset: parts of the best rate with many clients.
  std::optional<std::vector<double>> rates;
  bool pandas = false;
  size_t flatJobs = 100'000;

  bool measures(const std::string& scenario) const {
    return std::find(scenarios.begin(), scenarios.end(), scenario) != scenarios.end();
  }
};

// Help, or what is wrong.
struct Usage {
  int exitCode;
  std::string text;
};

std::variant<Options, Usage> parseOptions(int argc, char** argv);

}  // namespace brood::bench
