#include "gateway/jobs/json_text.h"

#include <algorithm>

namespace brood::gateway {
namespace {

constexpr size_t kMaxTextInError = 128;

bool hasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

// "utf8 or base64"
std::string oneOf(const std::vector<std::string_view>& choices) {
  std::string text;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i];
  }
  return text;
}

}  // namespace

MaybeProblem checkText(const TextRule& rule, const std::string& value,
                       const std::function<std::string()>& path) {
  if (!rule.mayHoldNul && hasNul(value)) {
    return JsonProblem{"invalid_value", path() + " must not contain NUL", path()};
  }
  if (!rule.mayBeEmpty && value.empty()) {
    return JsonProblem{"invalid_value", path() + " must not be empty", path()};
  }
  const auto& choices = rule.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return JsonProblem{"invalid_value",
                       path() + " must be " + oneOf(choices) + ", got '" + shortened(value) + "'",
                       path()};
  }
  if (value.size() > rule.mostBytes) {
    return tooManyBytes(rule.tooLong, path(), value, value.size(), rule.mostBytes);
  }
  return {};
}

std::string shortened(std::string_view text) {
  return std::string(text.substr(0, std::min(text.size(), kMaxTextInError)));
}

JsonProblem tooManyBytes(std::string_view code, const std::string& path, std::string_view text,
                         size_t bytes, size_t most) {
  return {std::string(code),
          path + " may have at most " + std::to_string(most) + " bytes, got " +
              std::to_string(bytes) + ": '" + shortened(text) + "...'",
          path};
}

}  // namespace brood::gateway
