#include "config/secrets.h"

#include <string.h>

#include <algorithm>
#include <iterator>

#include "config/loader.h"

namespace brood {
namespace {

constexpr std::string_view kVariables[] = {kApiKeyVariable, kSupabaseKeyVariable,
                                           kTraceHeadersVariable};

std::optional<std::string> valueOf(const std::vector<std::string>& environment,
                                   std::string_view name) {
  for (const auto& variable : environment) {
    if (variable.size() > name.size() && variable.starts_with(name) &&
        variable[name.size()] == '=') {
      return variable.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool isHeaderText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

// "name=value,name=value", as OpenTelemetry has it.
std::vector<std::string> headersOf(std::string_view list) {
  std::vector<std::string> headers;
  while (!list.empty()) {
    const auto entry = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), entry.size() + 1));
    const auto equals = entry.find('=');
    if (trimmed(entry).empty()) continue;
    if (equals == std::string_view::npos || !isHeaderText(entry)) {
      throw ConfigError(std::string(kTraceHeadersVariable) +
                        ": is not a list of name=value; the value is not shown");
    }
    headers.push_back(std::string(trimmed(entry.substr(0, equals))) + ": " +
                      std::string(trimmed(entry.substr(equals + 1))));
  }
  return headers;
}

}  // namespace

Secrets readSecrets(const std::vector<std::string>& environment) {
  Secrets secrets;
  if (const auto key = valueOf(environment, kApiKeyVariable)) {
    const std::string text(trimmed(*key));
    if (text.empty()) {
      throw ConfigError(std::string(kApiKeyVariable) +
                        ": is empty; set it to a key, or unset it to do without");
    }
    secrets.apiKey = text;
  }
  secrets.supabaseKey = trimmed(valueOf(environment, kSupabaseKeyVariable).value_or(""));
  if (!isHeaderText(secrets.supabaseKey)) {
    throw ConfigError(std::string(kSupabaseKeyVariable) +
                      ": has characters that no key has; the value is not shown");
  }
  secrets.traceHeaders = headersOf(valueOf(environment, kTraceHeadersVariable).value_or(""));
  return secrets;
}

void forgetSecrets(char** environment) {
  for (char** entry = environment; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const auto equals = variable.find('=');
    const bool isSecret = std::find(std::begin(kVariables), std::end(kVariables),
                                    variable.substr(0, equals)) != std::end(kVariables);
    if (isSecret && equals != std::string_view::npos) {
      ::explicit_bzero(*entry + equals + 1, variable.size() - equals - 1);
    }
  }
}

std::vector<std::string> withoutSecrets(const std::vector<std::string>& environment,
                                        const std::vector<std::string_view>& keep) {
  std::vector<std::string> rest;
  for (const auto& variable : environment) {
    const std::string_view name = std::string_view(variable).substr(0, variable.find('='));
    const bool isSecret =
        std::find(std::begin(kVariables), std::end(kVariables), name) != std::end(kVariables);
    if (!isSecret || std::find(keep.begin(), keep.end(), name) != keep.end()) {
      rest.push_back(variable);
    }
  }
  return rest;
}

}  // namespace brood
