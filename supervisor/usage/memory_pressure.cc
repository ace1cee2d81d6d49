#include "supervisor/usage/memory_pressure.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace brood::supervisor {
namespace {

constexpr double kShortFrom = 10.0;
constexpr double kEnoughBelow = 5.0;
constexpr uint64_t kPartOfAll = 10;
constexpr std::string_view kField = "some avg10=";

std::string contentOf(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::optional<double> parsePressure(std::string_view text) {
  if (text.substr(0, kField.size()) != kField) return std::nullopt;
  text.remove_prefix(kField.size());
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

bool isMemoryShort(bool wasShort, std::optional<double> pressure,
                   const std::optional<MemoryInfo>& memory, uint64_t reserveBytes) {
  if (!pressure || *pressure < (wasShort ? kEnoughBelow : kShortFrom)) return false;
  if (!memory) return true;
  return memory->availableBytes < std::max(memory->totalBytes / kPartOfAll, 2 * reserveBytes);
}

bool MemoryPressure::isShort() {
  const auto pressure = parsePressure(contentOf(pressurePath_));
  // The memory that is left matters only if somebody waits for it.
  const bool isWaitedFor = pressure && *pressure >= kEnoughBelow;
  isShort_ = isWaitedFor && isMemoryShort(isShort_, pressure,
                                          parseMemoryInfo(contentOf(memoryPath_)), reserveBytes_);
  return isShort_;
}

}  // namespace brood::supervisor
