#pragma once
// `brood config`: the effective values and where each came from.

#include <string>

#include "config/loader.h"

namespace brood::cli {

enum class ConfigFormat { people, json, toml };

std::string configText(const LoadedConfig& loaded, ConfigFormat format);

}  // namespace brood::cli
