#pragma once
// The configuration as the broker is told it.

#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "egress/control/egress.capnp.h"

namespace brood::supervisor {

// The value of a variable of our environment; nullptr: there is none.
using Lookup = std::function<const char*(const char*)>;

struct ExpandedText {
  std::string text;
  std::vector<std::string> secrets;  // The values that have been put in.
};
// Replaces each ${env:NAME}. Throws StartError, with `key`, where there is no such variable.
ExpandedText expandVariables(const std::string& text, const std::string& key, const Lookup& lookup);

// Throws StartError for a variable that is missing.
void fillConfiguration(const EgressConfig& config, uint16_t gatewayPort, const Lookup& lookup,
                       egress::wire::Configuration::Builder to);
void fillJobLimits(const EgressConfig& config, egress::wire::JobLimits::Builder to);

}  // namespace brood::supervisor
