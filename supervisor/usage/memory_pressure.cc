#include "supervisor/memory_pressure.h"

#include <charconv>
#include <fstream>
#include <sstream>

namespace brood {
namespace {

constexpr double kShortFrom = 10.0;
constexpr double kEnoughBelow = 5.0;
constexpr std::string_view kField = "some avg10=";

}  // namespace

std::optional<double> parsePressure(std::string_view text) {
  if (text.substr(0, kField.size()) != kField) return std::nullopt;
  text.remove_prefix(kField.size());
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

bool MemoryPressure::isShort() {
  std::ifstream file(path_);
  std::ostringstream text;
  text << file.rdbuf();
  const auto share = parsePressure(text.str());
  isShort_ = share.has_value() && *share >= (isShort_ ? kEnoughBelow : kShortFrom);
  return isShort_;
}

}  // namespace brood
