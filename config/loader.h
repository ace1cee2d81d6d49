#pragma once
// Where the configuration comes from: flag > environment > TOML file > default.

#include <sys/types.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "config/config.h"

namespace brood {

// A value nobody should start with. what() names the key, the value, the allowed range and the
// origin: "limits.memory_bytes.max: '12Q' (environment MAX_MEMORY) is not a quantity; ...".
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct EffectiveValue {
  std::string key;    // Dotted TOML path, e.g. "gateway.port".
  std::string value;  // As it would be written in TOML.
  // "default", "file /etc/brood/brood.toml", "environment PORT", "flag --port".
  std::string origin;
};

struct LoadedConfig {
  Config config;
  std::vector<EffectiveValue> values;  // Every key, in the table's order.
  std::string filePath;                // Empty if none was read.
};

// `flags` are the process's arguments after the ones its own front end has taken (CLI commands),
// all of the form --key value or --key=value; `environment` as in environ(7). An unknown key in
// the file, an unknown BROOD_* variable or an unknown flag is an error that suggests the nearest.
// The file is --config, else $BROOD_CONFIG, else /etc/brood/brood.toml if it exists.
LoadedConfig loadConfig(const std::vector<std::string>& flags,
                        const std::vector<std::string>& environment);

// Where the supervisor of this user is found: /run/brood for root; for others their own runtime
// directory, or else one below /tmp.
std::string defaultRuntimeDir(const std::vector<std::string>& environment, uid_t user);

// For --help: one line per key, with flag, environment name, default and range.
std::string configHelp();

}  // namespace brood
