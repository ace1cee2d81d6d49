#include "config/quantities.h"

#include <algorithm>
#include <array>
#include <limits>

namespace brood {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr char kNotAQuantity[] =
    "is not a quantity; write a number with an optional suffix such as 512Mi, 2Gi, 1e9 or 500m";
constexpr char kNotADuration[] =
    "is not a duration; write a number with a unit such as 300s, 5m, 1500ms or 1h30m";
constexpr char kTooLarge[] = "is too large";

// value = digits * numerator / denominator, all exact.
struct Fraction {
  Wide numerator = 0;
  Wide denominator = 1;
};

struct Suffix {
  std::string_view name;
  uint64_t numerator;
  uint64_t denominator;
};

constexpr std::array kQuantitySuffixes{
    Suffix{"", 1, 1},
    Suffix{"n", 1, 1'000'000'000},
    Suffix{"u", 1, 1'000'000},
    Suffix{"m", 1, 1'000},
    Suffix{"k", 1'000, 1},
    Suffix{"M", 1'000'000, 1},
    Suffix{"G", 1'000'000'000, 1},
    Suffix{"T", 1'000'000'000'000, 1},
    Suffix{"P", 1'000'000'000'000'000, 1},
    Suffix{"E", 1'000'000'000'000'000'000, 1},
    Suffix{"Ki", 1ull << 10, 1},
    Suffix{"Mi", 1ull << 20, 1},
    Suffix{"Gi", 1ull << 30, 1},
    Suffix{"Ti", 1ull << 40, 1},
    Suffix{"Pi", 1ull << 50, 1},
    Suffix{"Ei", 1ull << 60, 1},
};

constexpr std::array kDurationUnits{
    Suffix{"us", 1, 1'000}, Suffix{"ms", 1, 1},        Suffix{"s", 1'000, 1},
    Suffix{"m", 60'000, 1}, Suffix{"h", 3'600'000, 1},
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool multiply(Wide& value, Wide factor) { return !__builtin_mul_overflow(value, factor, &value); }

// Takes "12", "1.5", ".5" or "5." off the front of `text`; nullopt if no digit is there or the
// number has more digits than fit.
std::optional<Fraction> takeDecimal(std::string_view& text) {
  Fraction result;
  size_t digits = 0;
  bool inFraction = false;
  while (!text.empty()) {
    char c = text.front();
    if (c == '.' && !inFraction) {
      inFraction = true;
    } else if (isDigit(c)) {
      ++digits;
      if (!multiply(result.numerator, 10)) return std::nullopt;
      result.numerator += static_cast<unsigned>(c - '0');
      if (inFraction && !multiply(result.denominator, 10)) return std::nullopt;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  return result;
}

Wide ceiling(const Fraction& fraction) {
  return fraction.numerator / fraction.denominator +
         (fraction.numerator % fraction.denominator != 0);
}

ParsedNumber roundedUp(const Fraction& fraction) {
  const Wide whole = ceiling(fraction);
  if (whole > std::numeric_limits<uint64_t>::max()) return {std::nullopt, kTooLarge};
  return {static_cast<uint64_t>(whole), ""};
}

// Multiplies by 10^exponent, `exponent` being what follows the "e" of "1e3". False: not a number.
enum class ExponentOutcome { applied, malformed, tooLarge };
ExponentOutcome applyExponent(Fraction& fraction, std::string_view exponent) {
  bool negative = exponent.starts_with('-');
  if (negative || exponent.starts_with('+')) exponent.remove_prefix(1);
  if (exponent.empty() || !std::all_of(exponent.begin(), exponent.end(), isDigit)) {
    return ExponentOutcome::malformed;
  }
  auto power = parseCount(exponent).value;
  if (!power || *power > 38) return ExponentOutcome::tooLarge;
  for (uint64_t i = 0; i < *power; ++i) {
    if (!multiply(negative ? fraction.denominator : fraction.numerator, 10)) {
      return ExponentOutcome::tooLarge;
    }
  }
  return ExponentOutcome::applied;
}

ParsedNumber scaledQuantity(std::string_view text, uint64_t scale) {
  if (text.starts_with('-')) return {std::nullopt, "must not be negative"};
  if (text.starts_with('+')) text.remove_prefix(1);
  std::string_view digits = text.substr(text.starts_with('.') ? 1 : 0);
  bool startsAsNumber = !digits.empty() && isDigit(digits.front());
  auto fraction = takeDecimal(text);
  if (!fraction) return {std::nullopt, startsAsNumber ? "has too many digits" : kNotAQuantity};

  const auto* suffix = std::find_if(kQuantitySuffixes.begin(), kQuantitySuffixes.end(),
                                    [&](const Suffix& each) { return each.name == text; });
  if (suffix != kQuantitySuffixes.end()) {
    if (!multiply(fraction->numerator, suffix->numerator) ||
        !multiply(fraction->denominator, suffix->denominator)) {
      return {std::nullopt, kTooLarge};
    }
  } else if (text.starts_with('e') || text.starts_with('E')) {
    switch (applyExponent(*fraction, text.substr(1))) {
      case ExponentOutcome::applied:
        break;
      case ExponentOutcome::malformed:
        return {std::nullopt, kNotAQuantity};
      case ExponentOutcome::tooLarge:
        return {std::nullopt, kTooLarge};
    }
  } else {
    return {std::nullopt, kNotAQuantity};
  }
  if (!multiply(fraction->numerator, scale)) return {std::nullopt, kTooLarge};
  return roundedUp(*fraction);
}

// The longest unit at the front of `text` ("ms" before "m"), or nullptr.
const Suffix* takeDurationUnit(std::string_view& text) {
  const Suffix* best = nullptr;
  for (const auto& unit : kDurationUnits) {
    if (text.starts_with(unit.name) && (!best || unit.name.size() > best->name.size())) {
      best = &unit;
    }
  }
  if (best) text.remove_prefix(best->name.size());
  return best;
}

}  // namespace

ParsedNumber parseCount(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), isDigit)) {
    bool negative = text.size() > 1 && text.front() == '-' &&
                    std::all_of(text.begin() + 1, text.end(), isDigit);
    return {std::nullopt, negative ? "must not be negative" : "is not a whole number"};
  }
  uint64_t value = 0;
  for (char c : text) {
    if (__builtin_mul_overflow(value, uint64_t{10}, &value) ||
        __builtin_add_overflow(value, static_cast<uint64_t>(c - '0'), &value)) {
      return {std::nullopt, kTooLarge};
    }
  }
  return {value, ""};
}

ParsedNumber parseQuantity(std::string_view text) { return scaledQuantity(text, 1); }

ParsedNumber parseMilliQuantity(std::string_view text) { return scaledQuantity(text, 1'000); }

ParsedNumber parseDurationMs(std::string_view text, uint64_t plainUnitMs) {
  if (text.starts_with('-')) return {std::nullopt, "must not be negative"};
  if (text.empty()) return {std::nullopt, kNotADuration};
  // In microseconds, so that parts below a millisecond add up before they are rounded.
  Wide totalMicros = 0;
  bool first = true;
  while (!text.empty()) {
    auto part = takeDecimal(text);
    if (!part) return {std::nullopt, kNotADuration};
    Suffix plain{"", plainUnitMs, 1};
    const Suffix* unit = first && text.empty() ? &plain : takeDurationUnit(text);
    if (!unit) return {std::nullopt, kNotADuration};
    if (!multiply(part->numerator, Wide{1'000} * unit->numerator) ||
        !multiply(part->denominator, unit->denominator) ||
        __builtin_add_overflow(totalMicros, ceiling(*part), &totalMicros)) {
      return {std::nullopt, kTooLarge};
    }
    first = false;
  }
  return roundedUp(Fraction{totalMicros, 1'000});
}

}  // namespace brood
