#pragma once
// Systems that are configured otherwise, to see what each part of a configuration is worth.

#include <string>
#include <vector>

namespace brood::bench {

struct Variant {
  std::string group;  // "techniques", "layers", "pools" or "heaps"
  std::string key;    // "huge_pages_off"
  std::string title;
  std::string toml;       // Its configuration; the rest is as by default.
  std::string warmUp;     // A script for the zygote of the default profile.
  double size = 0;        // For a group that is a series: parked workers, or megabytes of heap.
  bool takesLoad = true;  // Jobs may run at the same time.
};

inline const std::vector<std::string> kVariantGroups{"techniques", "layers", "pools", "heaps"};

// Returns the variants of these groups, in order, after the one that all are compared with.
std::vector<Variant> variantsOf(const std::vector<std::string>& groups);

}  // namespace brood::bench
