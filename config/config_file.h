#pragma once
// The TOML file as a flat list of dotted keys.

#include <string>
#include <vector>

#include "config/settings.h"

namespace brood {

struct FileEntry {
  std::string key;
  RawValue value;
};

struct ConfigFile {
  std::vector<FileEntry> entries;
  std::vector<std::string> profileNames;  // The NAMEs of [profiles.NAME], in alphabetical order.
  std::vector<std::string> aliasNames;    // Those of [egress.aliases.NAME].
};

// Throws ConfigError when the file cannot be read or is not TOML.
ConfigFile readConfigFile(const std::string& path);

}  // namespace brood
