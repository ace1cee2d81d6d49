#pragma once
// The names of what `brood bench` can measure.

#include <string>
#include <vector>

namespace brood::bench {

struct Scenario {
  const char* name;
  const char* help;
  bool isUsual;    // Measured unless others are asked for.
  bool isVariant;  // Systems of our own that are configured otherwise.
};

inline constexpr Scenario kScenarios[] = {
    {"latency", "one job at a time, hot, warm and cold, beside the floors", true, false},
    {"payload", "code, stdin and files of 1 KB to 8 MB", true, false},
    {"output", "stdout of 1 KB to 1 MB", true, false},
    {"throughput", "1 to 256 clients without a pause, over RPC and HTTP", true, false},
    {"bursts", "many jobs at one moment on a full pool", true, false},
    {"open-loop", "jobs that come at fixed rates", true, false},
    {"languages", "all installed languages: native, hot, cold", false, false},
    {"sessions", "opening one, cells, files, and jobs beside idle ones", false, false},
    {"techniques", "each technique switched off", false, true},
    {"layers", "protections switched off", false, true},
    {"pools", "10, 100 and 1,000 parked workers", false, true},
    {"heaps", "zygotes of 8 to 512 MB", false, true},
    {"trace", "where the time of a hot job goes, with its system calls", false, false},
    {"flat", "many jobs, and whether anything of them is left", false, false},
};

inline std::vector<std::string> allScenarios() {
  std::vector<std::string> names;
  for (const auto& scenario : kScenarios) names.emplace_back(scenario.name);
  return names;
}

}  // namespace brood::bench
