#pragma once
// `brood status`.

#include <string>

namespace brood::cli {

int statusCommand(const std::string& socketPath, bool json);

}  // namespace brood::cli
