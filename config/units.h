#pragma once
// Multiples in which limits are written.

#include <cstdint>

namespace brood {

inline constexpr uint64_t kKi = 1ull << 10;
inline constexpr uint64_t kMi = 1ull << 20;
inline constexpr uint64_t kGi = 1ull << 30;
inline constexpr uint64_t kTi = 1ull << 40;
inline constexpr uint64_t kHourMs = 3'600'000;
inline constexpr uint64_t kDayMs = 24 * kHourMs;

}  // namespace brood
