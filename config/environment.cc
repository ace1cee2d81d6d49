#include "config/environment.h"

#include <algorithm>
#include <optional>

#include "base/suggestion.h"
#include "config/front_settings.h"
#include "config/loader.h"
#include "config/quantities.h"
#include "config/secrets.h"

namespace brood {
namespace {

constexpr std::string_view kOwnPrefix = "BROOD_";

struct Variable {
  std::string name;
  std::string value;
};

[[noreturn]] void refuse(const Variable& variable, const std::string& what,
                         const std::string& problem) {
  throw ConfigError(what + ": '" + variable.value + "' (environment " + variable.name + ") " +
                    problem);
}

std::string ignored(const Variable& variable, const std::string& why) {
  return "environment " + variable.name + "='" + variable.value + "' is ignored: " + why;
}

std::optional<bool> booleanOf(const Variable& variable) {
  std::string lower = variable.value;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true" || lower == "1" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "0" || lower == "no" || lower == "off") return false;
  return std::nullopt;
}

bool parseBoolean(const Variable& variable) {
  const auto value = booleanOf(variable);
  if (!value) refuse(variable, variable.name, "is not a boolean; allowed true or false");
  return *value;
}

RawValue untyped(std::string text) { return RawValue{.text = std::move(text)}; }

// A platform's number in its own unit, as plain digits of ours.
RawValue converted(const Variable& variable, const std::string& key, const ParsedNumber& number) {
  if (!number.value) refuse(variable, key, number.problem);
  return untyped(std::to_string(*number.value));
}

// The setting a platform name stands for; nullopt if the name is not one of these or asks for
// nothing. Being set to nothing means being unset.
std::optional<EnvironmentEntry> fromPlatform(const Variable& variable,
                                             std::vector<std::string>& warnings) {
  const std::string& name = variable.name;
  const std::string& value = variable.value;
  if (value.empty()) return std::nullopt;
  auto entry = [&](const char* key, RawValue raw) {
    return EnvironmentEntry{name, key, std::move(raw)};
  };
  if (name == "SUPABASE_URL") return entry("supabase.url", untyped(value));
  if (name == "OTEL_EXPORTER_OTLP_ENDPOINT") return entry("traces.endpoint", untyped(value));
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
  if (name == "ENABLE_NETWORK") {
    return entry("egress.enabled", untyped(parseBoolean(variable) ? "on" : "off"));
  }
  if (name == "ALLOWED_DOMAINS") return entry("egress.allow", untyped(value));
  if (name == "DEBUG") {
    // Other programs have it list what to debug.
    const auto isOn = booleanOf(variable);
    if (!isOn) warnings.push_back(ignored(variable, "it is not a boolean"));
    if (isOn.value_or(false)) return entry("supervisor.log_level", untyped("debug"));
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

// BROOD_CONFIG names the file, BROOD_API_KEY is a secret; the others belong to the tests.
bool isNotASetting(const Variable& variable) {
  return variable.name == "BROOD_CONFIG" || variable.name == kApiKeyVariable ||
         variable.name == "BROOD_MUST_WORK" || variable.name == "BROOD_BUILD_DIR" ||
         variable.name.starts_with("BROOD_TEST_") || isServiceLink(variable);
}

// BROOD_GATEWAY_..., whatever follows, is meant for us.
bool namesASection(const std::string& name, const std::vector<Setting>& settings) {
  return std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
    const std::string own = setting.environment();
    const size_t section = setting.key.find('.');
    return section != std::string::npos &&
           name.starts_with(own.substr(0, kOwnPrefix.size() + section + 1));
  });
}

// A name that is like no setting's is somebody else's: BROOD_VERSION, BROOD_IMAGE.
std::optional<EnvironmentEntry> fromOwnName(const Variable& variable,
                                            const std::vector<Setting>& settings,
                                            std::vector<std::string>& warnings) {
  std::vector<std::string> known, withoutPrefix;
  for (const auto& setting : settings) {
    known.push_back(setting.environment());
    withoutPrefix.push_back(known.back().substr(kOwnPrefix.size()));
    if (known.back() == variable.name) {
      return EnvironmentEntry{variable.name, setting.key, untyped(variable.value)};
    }
  }
  std::string likely = suggestion(variable.name, known);
  if (likely.empty()) {
    likely = suggestion(std::string_view(variable.name).substr(kOwnPrefix.size()), withoutPrefix);
    constexpr std::string_view kBefore = "; did you mean ";
    if (!likely.empty()) likely.insert(kBefore.size(), kOwnPrefix);
  }
  if (!likely.empty() || namesASection(variable.name, settings)) {
    throw ConfigError("environment " + variable.name + ": unknown setting" + likely);
  }
  warnings.push_back(ignored(variable, "there is no such setting"));
  return std::nullopt;
}

// A protocol that is listed is switched on; what is not listed stays as it is.
void addProtocols(const Variable& variable, std::vector<EnvironmentEntry>& entries) {
  auto keys = protocolKeys(variable.value);
  if (const auto* problem = std::get_if<std::string>(&keys)) {
    refuse(variable, "protocols", *problem);
  }
  for (auto& key : std::get<std::vector<std::string>>(keys)) {
    entries.push_back({variable.name, std::move(key), untyped("on")});
  }
}

}  // namespace

std::vector<EnvironmentEntry> readEnvironment(const std::vector<std::string>& environment,
                                              const std::vector<Setting>& settings,
                                              std::vector<std::string>& warnings) {
  std::vector<EnvironmentEntry> platform;
  std::vector<EnvironmentEntry> own;
  for (const auto& text : environment) {
    size_t equals = text.find('=');
    if (equals == std::string::npos) continue;
    Variable variable{text.substr(0, equals), text.substr(equals + 1)};
    if (variable.name == kProtocolsVariable) {
      // Weaker than the variable of one protocol.
      addProtocols(variable, platform);
    } else if (variable.name.starts_with(kOwnPrefix)) {
      if (isNotASetting(variable)) continue;
      if (auto entry = fromOwnName(variable, settings, warnings)) own.push_back(std::move(*entry));
    } else if (auto entry = fromPlatform(variable, warnings)) {
      platform.push_back(std::move(*entry));
    }
  }
  platform.insert(platform.end(), std::make_move_iterator(own.begin()),
                  std::make_move_iterator(own.end()));
  return platform;
}

}  // namespace brood
