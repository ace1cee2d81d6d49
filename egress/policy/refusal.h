#pragma once
// Why something was refused: a value that reaches the job, its result, the metrics and the audit
// log.

#include <string>

namespace brood::egress {

struct Refusal {
  // From a small fixed set, for results and metrics: "not_listed", "port", "denied", ...
  std::string reason;
  // The entry or the protection that decided, as the operator would look for it.
  std::string rule;
  // A sentence for whoever reads the refusal, often a model.
  std::string text;
  // No rule has refused it: it could not be reached.
  bool isFailure = false;
};

}  // namespace brood::egress
