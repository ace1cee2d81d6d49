#include "config/config_file.h"

#include <toml++/toml.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sstream>

#include "config/loader.h"

namespace brood {
namespace {

RawValue rawValue(const toml::node& node) {
  RawValue raw;
  if (const auto* number = node.as_integer()) {
    raw.type = RawValue::Type::integer;
    raw.text = std::to_string(number->get());
  } else if (const auto* text = node.as_string()) {
    raw.type = RawValue::Type::string;
    raw.text = text->get();
  } else {
    raw.type = RawValue::Type::other;
    std::ostringstream shown;
    shown << toml::node_view<const toml::node>(node);
    raw.text = shown.str();
    if (const auto* array = node.as_array();
        array && (array->empty() || array->is_homogeneous<std::string>())) {
      raw.type = RawValue::Type::list;
      for (const auto& item : *array) raw.items.push_back(item.as_string()->get());
    }
  }
  return raw;
}

// headers={Authorization="..."} is a list of assignments to everybody else.
void addHeaders(const toml::table& alias, const std::string& key, ConfigFile& file) {
  const auto* headers = alias["headers"].as_table();
  if (headers == nullptr) return;
  RawValue raw{.type = RawValue::Type::list, .text = {}};
  for (const auto& [name, node] : *headers) {
    const auto value = rawValue(node);
    // A value of another type makes the list one that no setting takes.
    if (value.type != RawValue::Type::string) raw.type = RawValue::Type::other;
    raw.items.push_back(std::string(name.str()) + "=" + value.text);
  }
  file.entries.push_back({key + ".headers", std::move(raw)});
}

bool isHeaders(std::string_view prefix, std::string_view name) {
  return prefix.starts_with("egress.aliases.") && name == "headers";
}

void flatten(const toml::table& table, const std::string& prefix, ConfigFile& file) {
  for (const auto& [name, node] : table) {
    std::string key =
        prefix.empty() ? std::string(name.str()) : prefix + "." + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      if (isHeaders(prefix, name.str())) continue;
      if (prefix == "profiles") file.profileNames.emplace_back(name.str());
      if (prefix == "egress.aliases") {
        file.aliasNames.emplace_back(name.str());
        addHeaders(*inner, key, file);
      }
      flatten(*inner, key, file);
    } else {
      file.entries.push_back({key, rawValue(node)});
    }
  }
}

std::string readWhole(const std::string& path) {
  std::unique_ptr<FILE, int (*)(FILE*)> input(std::fopen(path.c_str(), "re"), &std::fclose);
  std::string content;
  char buffer[4096];
  while (input && !std::feof(input.get()) && !std::ferror(input.get())) {
    content.append(buffer, std::fread(buffer, 1, sizeof(buffer), input.get()));
  }
  // Opening a directory succeeds; reading it does not.
  if (!input || std::ferror(input.get())) {
    throw ConfigError("cannot read " + path + ": " + std::strerror(errno));
  }
  return content;
}

}  // namespace

ConfigFile readConfigFile(const std::string& path) {
  std::string content = readWhole(path);
  ConfigFile file;
  try {
    flatten(toml::parse(content, path), "", file);
  } catch (const toml::parse_error& error) {
    throw ConfigError(path + ", line " + std::to_string(error.source().begin.line) + ": " +
                      std::string(error.description()));
  }
  return file;
}

}  // namespace brood
