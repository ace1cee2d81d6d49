#pragma once
// The languages of a running supervisor: what it refused, what is not installed, and whether each
// runs the sample of its manifest.

#include <string>

#include "cli/doctor/check.h"

namespace brood::cli {

Checks checkRuntimes(const std::string& socketPath);

}  // namespace brood::cli
