#include "base/utc_time.h"

#include <time.h>

#include <charconv>
#include <chrono>
#include <cstdio>

namespace brood {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using SysMillis = std::chrono::sys_time<milliseconds>;

// All characters of `text` as one decimal number.
std::optional<int> numberIn(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Calendar {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<milliseconds> time;
};

Calendar calendarOf(UnixMillis moment) {
  const SysMillis point{milliseconds(moment)};
  const auto day = std::chrono::floor<days>(point);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<milliseconds>(point - day)};
}

}  // namespace

UnixMillis wallClockMillis() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<UnixMillis>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

std::string utcText(UnixMillis moment, bool withMillis) {
  const auto [date, time] = calendarOf(moment);
  char text[64];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  std::string result = text;
  if (withMillis) {
    std::snprintf(text, sizeof(text), ".%03d", static_cast<int>(time.subseconds().count()));
    result += text;
  }
  return result + "Z";
}

std::optional<UnixMillis> utcFromText(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() < kShape.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] != '0' && text[i] != kShape[i]) return std::nullopt;
  }
  const std::string_view fraction = text.substr(kShape.size(), text.size() - kShape.size() - 1);
  int millis = 0;
  if (!fraction.empty()) {
    const auto digits =
        fraction.size() == 4 && fraction[0] == '.' ? numberIn(fraction.substr(1)) : std::nullopt;
    if (!digits) return std::nullopt;
    millis = *digits;
  }
  const auto year = numberIn(text.substr(0, 4)), month = numberIn(text.substr(5, 2)),
             day = numberIn(text.substr(8, 2)), hour = numberIn(text.substr(11, 2)),
             minute = numberIn(text.substr(14, 2)), second = numberIn(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto midnight = std::chrono::sys_days(date).time_since_epoch();
  const auto seconds = ((*hour * 60) + *minute) * 60 + *second;
  return std::chrono::duration_cast<milliseconds>(midnight).count() + seconds * 1000LL + millis;
}

std::string utcDay(UnixMillis moment) { return utcText(moment).substr(0, 10); }

UnixMillis nextUtcDay(UnixMillis moment) {
  const SysMillis point{milliseconds(moment)};
  const auto next = std::chrono::floor<days>(point) + days(1);
  return std::chrono::duration_cast<milliseconds>(next.time_since_epoch()).count();
}

}  // namespace brood
