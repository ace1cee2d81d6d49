// From what a source says to a value that fits its setting, and back to TOML.
#include <algorithm>

#include "config/quantities.h"
#include "config/settings.h"

namespace brood {
namespace {

CheckedValue refuse(std::string problem) { return {std::nullopt, std::move(problem)}; }

// Empty if `text` follows the rule.
std::string textProblem(TextRule rule, const std::string& text) {
  auto isControl = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), isControl)) return "contains a control character";
  switch (rule) {
    case TextRule::any:
      return "";
    case TextRule::notEmpty:
      return text.empty() ? "must not be empty" : "";
    case TextRule::absolutePath:
      return text.starts_with('/') ? "" : "must be an absolute path";
    case TextRule::absolutePathOrEmpty:
      return text.empty() || text.starts_with('/') ? "" : "must be an absolute path or empty";
    case TextRule::relativePath: {
      bool good = !text.empty() && !text.starts_with('/') && !text.ends_with('/') &&
                  text.find("..") == std::string::npos && text.find("//") == std::string::npos;
      return good ? "" : "must be names separated by '/', without '..'";
    }
    case TextRule::assignment: {
      const size_t equals = text.find('=');
      return equals == std::string::npos || equals == 0 ? "is not NAME=VALUE" : "";
    }
    case TextRule::moduleName: {
      bool odd = text.find_first_of(" \t,;\"'") != std::string::npos;
      return text.empty() || odd ? "must be the name of a module" : "";
    }
  }
  return "";
}

std::vector<std::string> splitAtCommas(const std::string& text) {
  std::vector<std::string> items;
  if (text.empty()) return items;
  size_t start = 0;
  for (size_t comma; (comma = text.find(',', start)) != std::string::npos; start = comma + 1) {
    items.push_back(text.substr(start, comma - start));
  }
  items.push_back(text.substr(start));
  return items;
}

CheckedValue checkNumber(const Setting& setting, const RawValue& raw) {
  if (raw.type == RawValue::Type::list || raw.type == RawValue::Type::other) {
    return refuse("must be a whole number");
  }
  ParsedNumber number;
  switch (setting.kind) {
    case SettingKind::bytes:
      number = parseQuantity(raw.text);
      break;
    case SettingKind::milliseconds:
      number = parseDurationMs(raw.text, 1);
      break;
    default:
      number = parseCount(raw.text);
      break;
  }
  if (!number.value) return refuse(number.problem);
  if (*number.value < setting.minimum || *number.value > setting.maximum) {
    // As in Kubernetes, where 512m of memory is half a byte and hardly ever meant.
    const bool isMilli = setting.kind == SettingKind::bytes && raw.text.ends_with('m');
    return refuse(isMilli ? "is out of range (m means thousandths; Mi are mebibytes)"
                          : "is out of range");
  }
  return {SettingValue(*number.value), ""};
}

CheckedValue checkList(const Setting& setting, const RawValue& raw) {
  std::vector<std::string> items;
  switch (raw.type) {
    case RawValue::Type::untyped:
      items = splitAtCommas(raw.text);
      break;
    case RawValue::Type::list:
      items = raw.items;
      break;
    default:
      return refuse("must be a list of strings");
  }
  for (const auto& item : items) {
    std::string problem = textProblem(setting.textRule, item);
    if (!problem.empty()) return refuse("has an item '" + item + "' that " + problem);
  }
  return {SettingValue(std::move(items)), ""};
}

CheckedValue checkText(const Setting& setting, const RawValue& raw) {
  if (raw.type != RawValue::Type::untyped && raw.type != RawValue::Type::string) {
    return refuse("must be a string");
  }
  if (setting.kind == SettingKind::choice) {
    bool known = std::find(setting.choices.begin(), setting.choices.end(), raw.text) !=
                 setting.choices.end();
    if (!known) return refuse("is not one of the choices");
  }
  std::string problem = textProblem(setting.textRule, raw.text);
  if (!problem.empty()) return refuse(problem);
  return {SettingValue(raw.text), ""};
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

CheckedValue checkValue(const Setting& setting, const RawValue& raw) {
  switch (setting.kind) {
    case SettingKind::count:
    case SettingKind::bytes:
    case SettingKind::milliseconds:
      return checkNumber(setting, raw);
    case SettingKind::text:
    case SettingKind::choice:
      return checkText(setting, raw);
    case SettingKind::list:
      return checkList(setting, raw);
  }
  return refuse("cannot be set");
}

std::string tomlText(const SettingValue& value) {
  if (const auto* number = std::get_if<uint64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
  std::string result = "[";
  for (const auto& item : std::get<std::vector<std::string>>(value)) {
    if (result.size() > 1) result += ", ";
    result += quoted(item);
  }
  return result + "]";
}

}  // namespace brood
