#include "config/environment.h"

#include <algorithm>
#include <optional>

#include "config/loader.h"
#include "config/quantities.h"
#include "config/suggestion.h"

namespace brood {
namespace {

struct Variable {
  std::string name;
  std::string value;
};

[[noreturn]] void refuse(const Variable& variable, const std::string& what,
                         const std::string& problem) {
  throw ConfigError(what + ": '" + variable.value + "' (environment " + variable.name + ") " +
                    problem);
}

bool parseBoolean(const Variable& variable) {
  std::string lower = variable.value;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true" || lower == "1" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "0" || lower == "no" || lower == "off") return false;
  refuse(variable, variable.name, "is not a boolean; allowed true or false");
}

RawValue untyped(std::string text) { return RawValue{.text = std::move(text)}; }

// A platform's number in its own unit, as plain digits of ours.
RawValue converted(const Variable& variable, const std::string& key, const ParsedNumber& number) {
  if (!number.value) refuse(variable, key, number.problem);
  return untyped(std::to_string(*number.value));
}

// The setting a platform name stands for; nullopt if the name is not one of these or asks for
// nothing. Being set to nothing means being unset.
std::optional<EnvironmentEntry> fromPlatform(const Variable& variable) {
  const std::string& name = variable.name;
  const std::string& value = variable.value;
  if (value.empty()) return std::nullopt;
  auto entry = [&](const char* key, RawValue raw) {
    return EnvironmentEntry{name, key, std::move(raw)};
  };
  if (name == "PORT") return entry("gateway.port", untyped(value));
  if (name == "HOST") return entry("gateway.host", untyped(value));
  if (name == "MAX_MEMORY") return entry("limits.memory_bytes.max", untyped(value));
  if (name == "MAX_CPU") {
    const char* key = "sandbox.cpu_millicores";
    return entry(key, converted(variable, key, parseMilliQuantity(value)));
  }
  if (name == "MAX_EXECUTION_TIME") {
    const char* key = "limits.wall_time_ms.max";
    return entry(key, converted(variable, key, parseDurationMs(value, 1'000)));
  }
  if (name == "ENABLE_NETWORK" && parseBoolean(variable)) {
    refuse(variable, name, "cannot be had: jobs have loopback only in this version");
  }
  if (name == "ALLOWED_DOMAINS") {
    refuse(variable, name, "cannot be had: jobs have loopback only in this version");
  }
  if (name == "DEBUG" && parseBoolean(variable)) {
    return entry("supervisor.log_level", untyped("debug"));
  }
  return std::nullopt;
}

// Kubernetes tells every pod of every Service by variables named after the Service; for one
// called "brood" or "brood-gateway" they look like ours (BROOD_GATEWAY_PORT=tcp://10.0.0.7:80).
bool isServiceLink(const Variable& variable) {
  const std::string& name = variable.name;
  auto valueStarts = [&](const char* scheme) { return variable.value.starts_with(scheme); };
  return valueStarts("tcp://") || valueStarts("udp://") || valueStarts("sctp://") ||
         name.find("_SERVICE_HOST") != std::string::npos ||
         name.find("_SERVICE_PORT") != std::string::npos ||
         name.find("_TCP_") != std::string::npos || name.find("_UDP_") != std::string::npos ||
         name.find("_SCTP_") != std::string::npos;
}

// BROOD_CONFIG names the file; the others belong to the tests.
bool isNotASetting(const Variable& variable) {
  return variable.name == "BROOD_CONFIG" || variable.name == "BROOD_MUST_WORK" ||
         variable.name == "BROOD_BUILD_DIR" || variable.name.starts_with("BROOD_TEST_") ||
         isServiceLink(variable);
}

EnvironmentEntry fromOwnName(const Variable& variable, const std::vector<Setting>& settings) {
  std::vector<std::string> known;
  for (const auto& setting : settings) {
    known.push_back(setting.environment());
    if (known.back() == variable.name) {
      return {variable.name, setting.key, untyped(variable.value)};
    }
  }
  throw ConfigError("environment " + variable.name + ": unknown setting" +
                    suggestion(variable.name, known));
}

}  // namespace

std::vector<EnvironmentEntry> readEnvironment(const std::vector<std::string>& environment,
                                              const std::vector<Setting>& settings) {
  std::vector<EnvironmentEntry> platform;
  std::vector<EnvironmentEntry> own;
  for (const auto& text : environment) {
    size_t equals = text.find('=');
    if (equals == std::string::npos) continue;
    Variable variable{text.substr(0, equals), text.substr(equals + 1)};
    if (variable.name.starts_with("BROOD_")) {
      if (!isNotASetting(variable)) own.push_back(fromOwnName(variable, settings));
    } else if (auto entry = fromPlatform(variable)) {
      platform.push_back(std::move(*entry));
    }
  }
  platform.insert(platform.end(), std::make_move_iterator(own.begin()),
                  std::make_move_iterator(own.end()));
  return platform;
}

}  // namespace brood
