#pragma once
// One line of `brood doctor`.

#include <string>
#include <vector>

namespace brood::cli {

enum class ProtectionState {
  ok,
  missing,  // The host or the installation does not offer it.
  off,      // Not used, by choice.
};

struct Check {
  std::string protection;
  ProtectionState state;
  std::string reason;
  std::string fix;          // Empty unless something can be done.
  bool isRequired = false;  // Without it the configured minimum isolation cannot be reached.
};

using Checks = std::vector<Check>;

}  // namespace brood::cli
