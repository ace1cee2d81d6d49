#pragma once
// Where the configuration comes from: flag > environment > TOML file > default.

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/start_error.h"
#include "config/config.h"

namespace brood {

// A value nobody should start with. what() names the key, the value, the allowed range and the
// origin: "limits.memory_bytes.max: '12Q' (environment MAX_MEMORY) is not a quantity; ...".
class ConfigError : public StartError {
 public:
  using StartError::StartError;
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
  std::vector<std::string> warnings;   // About settings that were ignored, for people.
};

// `flags` are the process's arguments after the ones its own front end has taken (CLI commands),
// all of the form --key value or --key=value; `environment` as in environ(7). An unknown key in
// the file, an unknown BROOD_* variable or an unknown flag is an error that suggests the nearest.
// A BROOD_* variable that is like no setting is warned of. The file is --config, else
// $BROOD_CONFIG, else /etc/brood/brood.toml if it exists.
LoadedConfig loadConfig(const std::vector<std::string>& flags,
                        const std::vector<std::string>& environment);

// Where the supervisor of this user is found: /run/brood for root; for others their own runtime
// directory, or else, and where that cannot be written to, one below /tmp.
std::string defaultRuntimeDir(const std::vector<std::string>& environment, uid_t user);

// Where this user keeps what must survive a restart: /var/lib/brood for root; for others below
// $XDG_STATE_HOME or their home.
std::string defaultStateDir(const std::vector<std::string>& environment, uid_t user);

// For --help: one line per key, with flag, environment name, default and range.
std::string configHelp();

}  // namespace brood
