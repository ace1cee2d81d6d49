#pragma once
// Kubernetes quantities (2Gi, 1000m, 1e3) and durations (300s, 1h30m) as exact integers, and the
// multiples in which limits are written.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brood {

inline constexpr uint64_t kKi = 1ull << 10;
inline constexpr uint64_t kMi = 1ull << 20;
inline constexpr uint64_t kGi = 1ull << 30;
inline constexpr uint64_t kTi = 1ull << 40;
inline constexpr uint64_t kHourMs = 3'600'000;
inline constexpr uint64_t kDayMs = 24 * kHourMs;

// A number, or what is wrong with the text ("is not a quantity; ...", "is too large").
struct ParsedNumber {
  std::optional<uint64_t> value;
  std::string problem;
};

// A whole number in decimal digits.
ParsedNumber parseCount(std::string_view text);

// A quantity in whole units (bytes). A remainder below one unit is rounded up, as Kubernetes does.
ParsedNumber parseQuantity(std::string_view text);

// A quantity in thousandths: "1000m" and "1" are both 1000. Rounded up likewise.
ParsedNumber parseMilliQuantity(std::string_view text);

// A duration in milliseconds, rounded up: "1500ms", "1.5s", "5m", "1h30m". A number without a
// unit counts in `plainUnitMs`.
ParsedNumber parseDurationMs(std::string_view text, uint64_t plainUnitMs);

}  // namespace brood
