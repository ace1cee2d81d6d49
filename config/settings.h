#pragma once
// The one table of all settings: key, kind of value, range, help, and the field of Config it fills.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/config.h"

namespace brood {

enum class SettingKind {
  count,         // 64
  bytes,         // 64Mi
  milliseconds,  // 1500, 1500ms, 5m
  text,          // any text
  choice,        // one of a few words
  list,          // of texts; on the command line and in the environment separated by commas
};

enum class TextRule {
  any,
  notEmpty,
  absolutePath,
  absolutePathOrEmpty,
  relativePath,
  moduleName,
  assignment
};

// A value as its source gives it, before it is known to be right. Only the file has types.
struct RawValue {
  enum class Type { untyped, integer, string, list, other } type = Type::untyped;
  std::string text;
  std::vector<std::string> items{};  // Type::list
};

using SettingValue = std::variant<uint64_t, std::string, std::vector<std::string>>;

struct Setting {
  std::string key;
  SettingKind kind;
  uint64_t minimum = 0;
  uint64_t maximum = 0;
  std::vector<std::string> choices{};
  TextRule textRule = TextRule::any;
  std::string help{};

  std::function<void(Config&, SettingValue)> store{};
  // nullopt: unset, something else decides.
  std::function<std::optional<SettingValue>(const Config&)> load{};

  std::string flag() const;         // "--gateway-port"
  std::string environment() const;  // "BROOD_GATEWAY_PORT"
  std::string range() const;        // "1..65535", "auto, v1, v2 or none", "an absolute path"
};

// All settings, those of config.profiles included (which therefore must have its final size).
std::vector<Setting> settingsFor(const Config& config);

// The value, or what is wrong with it ("is out of range; allowed 1..64").
struct CheckedValue {
  std::optional<SettingValue> value;
  std::string problem;
};
CheckedValue checkValue(const Setting& setting, const RawValue& raw);

// As it would be written in TOML.
std::string tomlText(const SettingValue& value);

}  // namespace brood
