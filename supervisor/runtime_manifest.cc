#include "supervisor/runtime_manifest.h"

#include <kj/debug.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace brood {
namespace {

const std::set<std::string> kKnownKeys = {"name",         "aliases",         "zygote",
                                          "source_file",  "cold_command",    "version_command",
                                          "preload",      "settings",        "description"};

std::string at(const std::string& file, const toml::source_region& region) {
  return file + ":" + std::to_string(region.begin.line);
}

std::string stringOf(const toml::table& table, const char* key, const std::string& file,
                     bool required) {
  const auto* node = table.get(key);
  if (node == nullptr) {
    KJ_REQUIRE(!required, "manifest lacks a key", file.c_str(), key);
    return {};
  }
  auto value = node->value_exact<std::string>();
  KJ_REQUIRE(value.has_value(), "manifest key must be a string", at(file, node->source()).c_str(),
             key);
  return *value;
}

std::vector<std::string> listOf(const toml::table& table, const char* key,
                                const std::string& file) {
  std::vector<std::string> values;
  const auto* node = table.get(key);
  if (node == nullptr) return values;
  const auto* array = node->as_array();
  KJ_REQUIRE(array != nullptr, "manifest key must be a list of strings",
             at(file, node->source()).c_str(), key);
  for (auto& item : *array) {
    auto value = item.value_exact<std::string>();
    KJ_REQUIRE(value.has_value(), "manifest key must be a list of strings",
               at(file, item.source()).c_str(), key);
    values.push_back(*value);
  }
  return values;
}

RuntimeManifest parseManifest(const std::string& file) {
  toml::table table;
  try {
    table = toml::parse_file(file);
  } catch (const toml::parse_error& error) {
    KJ_FAIL_REQUIRE("manifest is not TOML", at(file, error.source()).c_str(),
                    std::string(error.description()).c_str());
  }
  for (auto&& [key, node] : table) {
    KJ_REQUIRE(kKnownKeys.count(std::string(key.str())) > 0, "manifest has an unknown key",
               at(file, node.source()).c_str(), std::string(key.str()).c_str());
  }
  RuntimeManifest manifest;
  manifest.name = stringOf(table, "name", file, true);
  manifest.aliases = listOf(table, "aliases", file);
  manifest.zygote = stringOf(table, "zygote", file, false);
  manifest.sourceFile = stringOf(table, "source_file", file, true);
  manifest.coldCommand = listOf(table, "cold_command", file);
  manifest.preload = listOf(table, "preload", file);
  KJ_REQUIRE(!manifest.coldCommand.empty(), "manifest lacks cold_command", file.c_str());
  KJ_REQUIRE(manifest.sourceFile.find('/') == std::string::npos && !manifest.sourceFile.empty(),
             "manifest source_file must be a bare file name", file.c_str());
  if (const auto* settings = table["settings"].as_table()) {
    for (auto&& [key, node] : *settings) {
      auto value = node.value_exact<std::string>();
      KJ_REQUIRE(value.has_value(), "manifest setting must be a string",
                 at(file, node.source()).c_str(), std::string(key.str()).c_str());
      manifest.settings.emplace_back(std::string(key.str()), *value);
    }
  }
  return manifest;
}

}  // namespace

std::vector<std::string> RuntimeManifest::commandFor(const std::string& sourcePath) const {
  std::vector<std::string> command = coldCommand;
  std::replace(command.begin(), command.end(), std::string("{source}"), sourcePath);
  return command;
}

std::vector<RuntimeManifest> loadManifests(const std::string& directory) {
  namespace fs = std::filesystem;
  KJ_REQUIRE(fs::is_directory(directory), "no such directory of runtimes", directory.c_str());
  std::vector<RuntimeManifest> manifests;
  std::map<std::string, std::string> owners;
  for (auto& entry : fs::directory_iterator(directory)) {
    const fs::path file = entry.path() / "manifest.toml";
    if (!fs::exists(file)) continue;
    manifests.push_back(parseManifest(file.string()));
    std::vector<std::string> names = manifests.back().aliases;
    names.push_back(manifests.back().name);
    for (auto& name : names) {
      auto [claim, isNew] = owners.emplace(name, manifests.back().name);
      KJ_REQUIRE(isNew, "two runtimes claim one name", name.c_str(), claim->second.c_str(),
                 file.c_str());
    }
  }
  std::sort(manifests.begin(), manifests.end(),
            [](auto& a, auto& b) { return a.name < b.name; });
  return manifests;
}

}  // namespace brood
