#pragma once
// The settings of the gateway: where it listens, who may do what, what is written down about it.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace brood {

void addFrontSettings(std::vector<Setting>& all);

inline constexpr std::string_view kProtocolsVariable = "BROOD_PROTOCOLS";

// The keys of the settings that a value of BROOD_PROTOCOLS, "mcp,...", stands for; or what is wrong
// with it.
std::variant<std::vector<std::string>, std::string> protocolKeys(std::string_view names);

}  // namespace brood
