#include "config/protocol_settings.h"

#include <algorithm>

#include "base/suggestion.h"
#include "config/setting_makers.h"

namespace brood {
namespace {

constexpr std::string_view kPrefix = "protocols.";

// Every setting of this section is a protocol.
std::vector<std::string> protocolNames() {
  std::vector<Setting> settings;
  addProtocolSettings(settings);
  std::vector<std::string> names;
  for (const auto& setting : settings) names.push_back(setting.key.substr(kPrefix.size()));
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

void addProtocolSettings(std::vector<Setting>& all) {
  all.push_back(choiceSetting("protocols.mcp", {"on", "off"},
                              "Model Context Protocol: tools for agents at POST /mcp",
                              BROOD_FIELD(protocols.mcp)));
  all.push_back(choiceSetting("protocols.dify", {"on", "off"},
                              "dify-sandbox, for Dify's code nodes, at /v1/sandbox",
                              BROOD_FIELD(protocols.dify)));
  all.push_back(choiceSetting("protocols.sandboxfusion", {"on", "off"},
                              "SandboxFusion, for its client and for trainers, at POST /run_code",
                              BROOD_FIELD(protocols.sandboxfusion)));
}

std::variant<std::vector<std::string>, std::string> protocolKeys(std::string_view names) {
  const auto known = protocolNames();
  std::vector<std::string> keys;
  while (!names.empty()) {
    const auto comma = std::min(names.find(','), names.size());
    const std::string name(trimmed(names.substr(0, comma)));
    names.remove_prefix(std::min(comma + 1, names.size()));
    if (name.empty()) continue;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return "names '" + name + "', which is no protocol" + suggestion(name, known) +
             "; allowed: a list of " + joined(known);
    }
    keys.push_back(std::string(kPrefix) + name);
  }
  return keys;
}

}  // namespace brood
