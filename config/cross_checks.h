#pragma once
// Checks of several settings together.

#include <string>
#include <vector>

#include "config/config.h"

namespace brood {

// Pairs of keys of which the first must not exceed the second (default and max, ...), in the
// order in which they are to be enforced.
struct OrderedPair {
  std::string lowKey;
  std::string highKey;
};
std::vector<OrderedPair> orderedPairs(const Config& config);

// Throws ConfigError for what no single key can be blamed for.
void checkTogether(const Config& config);

}  // namespace brood
