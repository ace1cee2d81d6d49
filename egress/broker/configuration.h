#pragma once
// From what the supervisor says to what the broker works with.

#include <string>
#include <variant>
#include <vector>

#include "egress/control/egress.capnp.h"
#include "egress/proxies/job.h"
#include "egress/proxies/settings.h"

namespace brood::egress {

// Or what is wrong with it, for the operator.
std::variant<SettingsPtr, std::string> readConfiguration(wire::Configuration::Reader from);

JobLimits readLimits(wire::JobLimits::Reader from);
std::vector<std::string> readTexts(capnp::List<capnp::Text>::Reader from);

}  // namespace brood::egress
