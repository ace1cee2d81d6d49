#pragma once
// `brood doctor`: which protections this host offers, why not, and what to do about it.

#include <string>

#include "cli/doctor/check.h"
#include "config/config.h"

namespace brood::cli {

// 1 when something required is missing.
int doctorCommand(const Config& config, const std::string& binDir);

// `level` is what can be had.
std::string doctorText(const Checks& checks, const std::string& level = "namespaces");
bool isBelowMinimum(const Checks& checks);

}  // namespace brood::cli
