#include "supervisor/runtime_manifest.h"

#include <kj/debug.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace brood {
namespace {

const std::set<std::string> kKnownKeys = {"name",        "aliases",      "zygote",
                                          "source_file", "cold_command", "version_command",
                                          "preload",     "settings",     "description"};

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

bool hasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

// A name that stays in the folder it is put in.
bool isBareFileName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         !hasNul(name);
}

void requireUsable(const RuntimeManifest& manifest, const std::string& file) {
  KJ_REQUIRE(!manifest.name.empty(), "manifest has an empty name", file.c_str());
  KJ_REQUIRE(!manifest.coldCommand.empty(), "manifest lacks cold_command", file.c_str());
  // execve would take such a word for a shorter one.
  KJ_REQUIRE(std::none_of(manifest.coldCommand.begin(), manifest.coldCommand.end(), hasNul),
             "manifest cold_command must not contain NUL", file.c_str());
  KJ_REQUIRE(isBareFileName(manifest.sourceFile), "manifest source_file must be a bare file name",
             file.c_str());
  KJ_REQUIRE(manifest.zygote.empty() || isBareFileName(manifest.zygote),
             "manifest zygote must be a bare file name", file.c_str());
}

std::string readWhole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  KJ_REQUIRE(file.good(), "cannot read manifest", path.c_str());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

RuntimeManifest parseManifest(std::string_view text, const std::string& file) {
  toml::table table;
  try {
    table = toml::parse(text, file);
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
  requireUsable(manifest, file);
  if (const auto* node = table.get("settings")) {
    const auto* settings = node->as_table();
    KJ_REQUIRE(settings != nullptr, "manifest settings must be a table",
               at(file, node->source()).c_str());
    for (auto&& [key, setting] : *settings) {
      auto value = setting.value_exact<std::string>();
      KJ_REQUIRE(value.has_value(), "manifest setting must be a string",
                 at(file, setting.source()).c_str(), std::string(key.str()).c_str());
      manifest.settings.emplace_back(std::string(key.str()), *value);
    }
  }
  return manifest;
}

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
    manifests.push_back(parseManifest(readWhole(file), file.string()));
    std::vector<std::string> names = manifests.back().aliases;
    names.push_back(manifests.back().name);
    for (auto& name : names) {
      auto [claim, isNew] = owners.emplace(name, manifests.back().name);
      KJ_REQUIRE(isNew, "two runtimes claim one name", name.c_str(), claim->second.c_str(),
                 file.c_str());
    }
  }
  std::sort(manifests.begin(), manifests.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return manifests;
}

}  // namespace brood
