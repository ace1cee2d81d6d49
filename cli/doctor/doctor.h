#pragma once
// `brood doctor`: which protections this host offers, why not, and what to do about it.

#include <string>

#include "cli/doctor/check.h"
#include "config/config.h"

namespace brood {

// 1 when something required is missing.
int doctorCommand(const Config& config, const std::string& binDir);

std::string doctorText(const Checks& checks);
bool isBelowMinimum(const Checks& checks);

}  // namespace brood
