#pragma once
// Settings from environment variables: BROOD_<KEY>, and the names that a platform sets (PORT,
// HOST, MAX_MEMORY, MAX_CPU, MAX_EXECUTION_TIME, ENABLE_NETWORK, ALLOWED_DOMAINS, SUPABASE_URL,
// OTEL_EXPORTER_OTLP_ENDPOINT, DEBUG).

#include <string>
#include <vector>

#include "config/settings.h"

namespace brood {

struct EnvironmentEntry {
  std::string variable;
  std::string key;
  RawValue value;
};

// The entries in the order in which they are to be stored: BROOD_* names come last, being the
// more particular. Throws ConfigError for an unknown BROOD_* name that looks like a setting's and
// for a platform name whose value makes no sense or asks for what there is not. What is meant for
// somebody else is left alone, with a line in `warnings`.
std::vector<EnvironmentEntry> readEnvironment(const std::vector<std::string>& environment,
                                              const std::vector<Setting>& settings,
                                              std::vector<std::string>& warnings);

}  // namespace brood
