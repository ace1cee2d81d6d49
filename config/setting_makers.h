#pragma once
// How the table of settings is written: a setting of each kind from its key, range, help and field.
// For the files that have a part of the table. The source checks the values of all kinds.

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/settings.h"

namespace brood {

// Access to a field of a Config, whether const or not.
#define BROOD_FIELD(path) \
  [](auto& c) -> auto& { return c.path; }

struct Range {
  uint64_t minimum;
  uint64_t maximum;
};

// `access` returns a reference to the field, of a Config or of a const Config.
template <typename Access>
Setting numberSetting(std::string key, SettingKind kind, Range range, std::string help,
                      Access access) {
  Setting result{.key = std::move(key),
                 .kind = kind,
                 .minimum = range.minimum,
                 .maximum = range.maximum,
                 .help = std::move(help)};
  result.store = [access](Config& config, SettingValue value) {
    auto& field = access(config);
    field = static_cast<std::remove_reference_t<decltype(field)>>(std::get<uint64_t>(value));
  };
  result.load = [access](const Config& config) -> std::optional<SettingValue> {
    return SettingValue(static_cast<uint64_t>(access(config)));
  };
  return result;
}

// For strings and lists, which are stored as they are (a list may be optional).
template <typename Stored, typename Access>
Setting stored(Setting result, Access access) {
  result.store = [access](Config& config, SettingValue value) {
    access(config) = std::get<Stored>(std::move(value));
  };
  result.load = [access](const Config& config) -> std::optional<SettingValue> {
    std::optional<Stored> value = access(config);
    if (!value) return std::nullopt;
    return SettingValue(*value);
  };
  return result;
}

template <typename Access>
Setting textSetting(std::string key, TextRule rule, std::string help, Access access) {
  return stored<std::string>(Setting{.key = std::move(key),
                                     .kind = SettingKind::text,
                                     .textRule = rule,
                                     .help = std::move(help)},
                             access);
}

template <typename Access>
Setting choiceSetting(std::string key, std::vector<std::string> choices, std::string help,
                      Access access) {
  return stored<std::string>(Setting{.key = std::move(key),
                                     .kind = SettingKind::choice,
                                     .choices = std::move(choices),
                                     .help = std::move(help)},
                             access);
}

template <typename Access>
Setting listSetting(std::string key, TextRule rule, std::string help, Access access) {
  return stored<std::vector<std::string>>(Setting{.key = std::move(key),
                                                  .kind = SettingKind::list,
                                                  .textRule = rule,
                                                  .help = std::move(help)},
                                          access);
}

}  // namespace brood
