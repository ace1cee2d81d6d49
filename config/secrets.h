#pragma once
// Secrets come from the environment alone, are no settings (so that `brood config` and logs cannot
// show them), and are given to the one process that needs them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brood {

// The names of the variables.
inline constexpr std::string_view kApiKeyVariable = "BROOD_API_KEY";
inline constexpr std::string_view kSupabaseKeyVariable = "SUPABASE_SERVICE_KEY";
inline constexpr std::string_view kTraceHeadersVariable = "OTEL_EXPORTER_OTLP_HEADERS";

struct Secrets {
  // The one key of a deployment that needs no more. Reading throws where it is set and blank,
  // because a deployment whose secret has not arrived would be open.
  std::optional<std::string> apiKey;
  std::string supabaseKey;
  std::vector<std::string> traceHeaders;  // "Name: value".
};

// Throws ConfigError, which shows no value, for one that cannot be used.
Secrets readSecrets(const std::vector<std::string>& environment);

// Overwrites their values in this process's environment, environ(7), for a process that needs no
// more than what it has read.
void forgetSecrets(char** environment);

// `environment` as in environ(7), without all secrets but those that `keep` names.
std::vector<std::string> withoutSecrets(const std::vector<std::string>& environment,
                                        const std::vector<std::string_view>& keep = {});

}  // namespace brood
