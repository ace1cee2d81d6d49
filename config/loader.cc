#include "config/loader.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/suggestion.h"
#include "config/config_file.h"
#include "config/cross_checks.h"
#include "config/environment.h"
#include "config/settings.h"

namespace brood {
namespace {

constexpr char kSystemFile[] = "/etc/brood/brood.toml";

const std::map<std::string, std::string> kShortFlags{{"--port", "gateway.port"},
                                                     {"--host", "gateway.host"}};

// Weakest first.
enum class Source { builtIn, file, environment, flag };

struct Flag {
  std::string name;
  std::string value;
};

std::vector<Flag> splitFlags(const std::vector<std::string>& arguments) {
  std::vector<Flag> flags;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (!argument.starts_with("--") || argument.size() == 2) {
      throw ConfigError("'" + argument + "': expected a flag of the form --key value");
    }
    size_t equals = argument.find('=');
    if (equals != std::string::npos) {
      flags.push_back({argument.substr(0, equals), argument.substr(equals + 1)});
    } else if (i + 1 < arguments.size()) {
      flags.push_back({argument, arguments[++i]});
    } else {
      throw ConfigError("flag " + argument + ": a value must follow");
    }
  }
  return flags;
}

// The part of a NAME=value variable after the sign; empty if it is not set.
std::string valueOf(const std::vector<std::string>& environment, const std::string& name) {
  for (const auto& variable : environment) {
    if (variable.starts_with(name + "=")) return variable.substr(name.size() + 1);
  }
  return "";
}

// Empty: there is none.
std::string findFile(const std::vector<Flag>& flags, const std::vector<std::string>& environment) {
  std::string path;
  for (const auto& flag : flags) {
    if (flag.name == "--config") path = flag.value;
  }
  if (!path.empty()) return path;
  path = valueOf(environment, "BROOD_CONFIG");
  if (!path.empty()) return path;
  return access(kSystemFile, F_OK) == 0 ? kSystemFile : "";
}

// It becomes part of flags and variables, which must come out distinct.
bool isSectionName(const std::string& name) {
  auto isAllowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), isAllowed);
}

void addProfiles(Config& config, const std::vector<std::string>& names, const std::string& path) {
  for (const auto& name : names) {
    if (!isSectionName(name)) {
      throw ConfigError("profiles." + name + ": '" + name + "' (file " + path +
                        ") is not a profile's name; allowed a-z, 0-9 and '-'");
    }
    bool known = std::any_of(config.profiles.begin(), config.profiles.end(),
                             [&](const ProfileConfig& each) { return each.name == name; });
    if (!known) {
      ProfileConfig profile;
      profile.name = name;
      config.profiles.push_back(profile);
    }
  }
}

void addAliases(Config& config, const std::vector<std::string>& names, const std::string& path) {
  for (const auto& name : names) {
    if (!isSectionName(name)) {
      throw ConfigError("egress.aliases." + name + ": '" + name + "' (file " + path +
                        ") is not an alias's name; allowed a-z, 0-9 and '-'");
    }
    config.egress.aliases.push_back({.name = name, .origin = {}, .headers = {}});
  }
}

// Where nobody has said which profiles there are, a parked Node is one of them: started, it takes a
// tenth of the time that an executed one needs.
ProfileConfig parkedNode() {
  ProfileConfig profile;
  profile.name = profile.language = "javascript";
  profile.minIdle = 0;
  profile.targetIdle = 1;
  profile.onlyIfInstalled = true;
  return profile;
}

// Fills a Config source by source, weakest first, and remembers who said what.
class Assembler {
 public:
  explicit Assembler(Config& config) : config_(config), settings_(settingsFor(config)) {
    for (const auto& setting : settings_) says_[setting.key] = {Source::builtIn, "default"};
  }

  const std::vector<Setting>& settings() const { return settings_; }

  void applyFile(const std::vector<FileEntry>& entries, const std::string& path) {
    std::string origin = "file " + path;
    for (const auto& entry : entries) {
      const Setting* setting = find(entry.key);
      if (!setting) {
        std::vector<std::string> known;
        for (const auto& each : settings_) known.push_back(each.key);
        throw ConfigError(entry.key + " (" + origin + "): unknown setting" +
                          suggestion(entry.key, known));
      }
      assign(*setting, entry.value, {Source::file, origin});
    }
  }

  void applyEnvironment(const std::vector<EnvironmentEntry>& entries) {
    for (const auto& entry : entries) {
      assign(*find(entry.key), entry.value, {Source::environment, "environment " + entry.variable});
    }
  }

  void applyFlags(const std::vector<Flag>& flags) {
    std::map<std::string, std::string> keys = kShortFlags;
    for (const auto& setting : settings_) keys[setting.flag()] = setting.key;
    for (const auto& flag : flags) {
      if (flag.name == "--config") continue;
      auto key = keys.find(flag.name);
      if (key == keys.end()) {
        std::vector<std::string> known{"--config"};
        for (const auto& each : keys) known.push_back(each.first);
        throw ConfigError("flag " + flag.name + ": unknown" + suggestion(flag.name, known));
      }
      RawValue raw{.text = flag.value};
      assign(*find(key->second), raw, {Source::flag, "flag " + flag.name});
    }
  }

  // A cap from a stronger source lowers what a weaker one said: MAX_MEMORY=128Mi is meant to be
  // enough by itself. Said by the same source, the two contradict each other.
  void enforceOrder(const OrderedPair& pair) {
    const Setting& lowSetting = *find(pair.lowKey);
    uint64_t low = std::get<uint64_t>(*lowSetting.load(config_));
    uint64_t high = std::get<uint64_t>(*find(pair.highKey)->load(config_));
    if (low <= high) return;
    Said& lowSaid = says_[pair.lowKey];
    const Said& highSaid = says_[pair.highKey];
    if (lowSaid.source >= highSaid.source) {
      throw ConfigError(pair.lowKey + ": " + std::to_string(low) + " (" + lowSaid.origin +
                        ") is more than " + pair.highKey + ", which is " + std::to_string(high) +
                        " (" + highSaid.origin + ")");
    }
    lowSetting.store(config_, high);
    lowSaid = {highSaid.source, highSaid.origin + " (lowered to " + pair.highKey + ")"};
  }

  std::vector<EffectiveValue> values() const {
    std::vector<EffectiveValue> result;
    for (const auto& setting : settings_) {
      auto value = setting.load(config_);
      result.push_back({setting.key, value ? tomlText(*value) : "", says_.at(setting.key).origin});
    }
    return result;
  }

 private:
  struct Said {
    Source source;
    std::string origin;
  };

  // Borrowed; nullptr if unknown.
  const Setting* find(const std::string& key) const {
    auto found = std::find_if(settings_.begin(), settings_.end(),
                              [&](const Setting& each) { return each.key == key; });
    return found == settings_.end() ? nullptr : &*found;
  }

  void assign(const Setting& setting, const RawValue& raw, Said said) {
    CheckedValue checked = checkValue(setting, raw);
    if (!checked.value) {
      throw ConfigError(setting.key + ": '" + raw.text + "' (" + said.origin + ") " +
                        checked.problem + "; allowed: " + setting.range());
    }
    setting.store(config_, std::move(*checked.value));
    says_[setting.key] = std::move(said);
  }

  Config& config_;
  std::vector<Setting> settings_;
  std::map<std::string, Said> says_;
};

}  // namespace

std::string defaultRuntimeDir(const std::vector<std::string>& environment, uid_t user) {
  if (user == 0) return SupervisorConfig().runtimeDir;
  const std::string own = valueOf(environment, "XDG_RUNTIME_DIR");
  // It may be named and not be there: of a session that never was, or in a container.
  const bool isThere = own.starts_with("/") && ::access(own.c_str(), W_OK | X_OK) == 0;
  return isThere ? own + "/brood" : "/tmp/brood-" + std::to_string(user);
}

std::string defaultStateDir(const std::vector<std::string>& environment, uid_t user) {
  if (user == 0) return AccessConfig().stateDir;
  const std::string own = valueOf(environment, "XDG_STATE_HOME");
  if (own.starts_with("/")) return own + "/brood";
  const std::string home = valueOf(environment, "HOME");
  // A user without a home keeps it until the host is started anew.
  return home.starts_with("/") && home != "/" ? home + "/.local/state/brood"
                                              : "/tmp/brood-" + std::to_string(user) + "-state";
}

LoadedConfig loadConfig(const std::vector<std::string>& flagArguments,
                        const std::vector<std::string>& environment) {
  LoadedConfig loaded;
  auto flags = splitFlags(flagArguments);
  loaded.filePath = findFile(flags, environment);
  ConfigFile file;
  if (!loaded.filePath.empty()) file = readConfigFile(loaded.filePath);
  loaded.config.supervisor.runtimeDir = defaultRuntimeDir(environment, ::geteuid());
  loaded.config.access.stateDir = defaultStateDir(environment, ::geteuid());
  addProfiles(loaded.config, file.profileNames, loaded.filePath);
  addAliases(loaded.config, file.aliasNames, loaded.filePath);
  if (file.profileNames.empty()) loaded.config.profiles.push_back(parkedNode());

  Assembler assembler(loaded.config);
  assembler.applyFile(file.entries, loaded.filePath);
  assembler.applyEnvironment(readEnvironment(environment, assembler.settings(), loaded.warnings));
  assembler.applyFlags(flags);
  for (const auto& pair : orderedPairs(loaded.config)) assembler.enforceOrder(pair);
  checkTogether(loaded.config);
  loaded.values = assembler.values();
  return loaded;
}

std::string configHelp() {
  Config defaults;
  std::string help =
      "Every setting as a flag (--key value), an environment variable or a key of the TOML file.\n"
      "The file is --config FILE, else $BROOD_CONFIG, else " +
      std::string(kSystemFile) +
      ".\n"
      "--port and --host are short for --gateway-port and --gateway-host.\n\n";
  for (const auto& setting : settingsFor(defaults)) {
    auto value = setting.load(defaults);
    help += "  " + setting.flag() + "  " + setting.environment() + "\n      " + setting.help +
            " [" + (value ? tomlText(*value) : "unset") + "; " + setting.range() + "]\n";
  }
  return help;
}

}  // namespace brood
