#pragma once
// Answers of the proxy itself, in text that an agent can read.

#include <string>

#include "egress/policy/refusal.h"

namespace brood::egress {

// 403, or 502 where it could not be reached: the host, and the rule that decided. The connection
// ends with it.
std::string refusalResponse(const Refusal& refusal);
// Any other of our own. The connection ends with it.
std::string textResponse(unsigned status, const std::string& text);

}  // namespace brood::egress
