#pragma once
// The part of an admitted job that is about network.

#include <string>
#include <utility>
#include <vector>

namespace brood::supervisor {

struct JobNetwork {
  bool isNarrowed = false;
  std::vector<std::string> allow;  // Within what the operator allows; only if it is narrowed.
};

using Variables = std::vector<std::pair<std::string, std::string>>;
// The variables by which programs find the proxies. A job gets them with everything else that is
// its own, so that no interpreter that was parked before can have missed them.
const Variables& networkVariables();

}  // namespace brood::supervisor
