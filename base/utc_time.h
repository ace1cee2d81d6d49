#pragma once
// Moments of the civil calendar in UTC, as the key file, the audit log and usage by day have them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brood {

// Since 1970-01-01T00:00:00Z, leap seconds left out.
using UnixMillis = int64_t;

constexpr UnixMillis kDayMillis = 86'400'000;

// CLOCK_REALTIME.
UnixMillis wallClockMillis();

// "2026-11-29T06:19:51Z", with ".123" before the Z when `withMillis`.
std::string utcText(UnixMillis moment, bool withMillis = false);
// Reads what utcText() writes, fractions of a second left out or not. Null for anything else, a
// day that no month has included.
std::optional<UnixMillis> utcFromText(std::string_view text);

// "2026-11-29".
std::string utcDay(UnixMillis moment);
// When the day of `moment` ends.
UnixMillis nextUtcDay(UnixMillis moment);

}  // namespace brood
