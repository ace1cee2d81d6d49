#include "cli/commands/config_command.h"

#include "cli/client/rpc_json.h"
#include "cli/terminal/table.h"

namespace brood::cli {
namespace {

std::string asTable(const LoadedConfig& loaded) {
  std::vector<std::vector<std::string>> rows{{"KEY", "ORIGIN", "VALUE"}};
  for (const auto& each : loaded.values) {
    rows.push_back({each.key, each.origin, each.value.empty() ? "(unset)" : each.value});
  }
  return alignedTable(rows);
}

// Our TOML values (whole numbers, basic strings, lists of these) are JSON as well.
std::string asJson(const LoadedConfig& loaded) {
  Json result = Json::array();
  for (const auto& each : loaded.values) {
    result.push_back({{"key", each.key},
                      {"value", each.value.empty() ? Json() : Json::parse(each.value)},
                      {"origin", each.origin}});
  }
  return jsonText(result);
}

std::string asToml(const LoadedConfig& loaded) {
  std::string text;
  std::string table;
  for (const auto& each : loaded.values) {
    size_t lastDot = each.key.rfind('.');
    if (each.key.substr(0, lastDot) != table) {
      table = each.key.substr(0, lastDot);
      text += (text.empty() ? "[" : "\n[") + table + "]\n";
    }
    std::string name = each.key.substr(lastDot + 1);
    text += each.value.empty() ? "# " + name + " is unset\n" : name + " = " + each.value + "\n";
  }
  return text;
}

}  // namespace

std::string configText(const LoadedConfig& loaded, ConfigFormat format) {
  switch (format) {
    case ConfigFormat::people:
      return asTable(loaded);
    case ConfigFormat::json:
      return asJson(loaded);
    case ConfigFormat::toml:
      return asToml(loaded);
  }
  return "";
}

}  // namespace brood::cli
