#pragma once
// `brood egress`: which rule decides about a host, and a new list for the running supervisor.

#include <functional>
#include <string>
#include <vector>

#include "cli/commands/arguments.h"
#include "config/config.h"
#include "egress/policy/policy.h"

namespace brood::cli {

// The list's word on a host and port, in a line for people.
struct EgressVerdict {
  bool isAllowed;
  std::string text;
};

// Finds the addresses of a name; none if it has none.
using LookUp = std::function<std::vector<egress::IpAddress>(const std::string& host)>;
// `target` is HOST[:PORT]. Throws CliError if it is none.
EgressVerdict checkEgress(const EgressConfig& config, const std::string& target,
                          const LookUp& lookUp);

// Returns the exit code: 1 for a host that is refused. Throws CliError when the supervisor refuses
// or cannot be reached.
int egressCommand(const EgressArguments& arguments, const Config& config);

}  // namespace brood::cli
