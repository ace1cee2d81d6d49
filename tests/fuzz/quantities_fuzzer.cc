// Numbers as people and platforms write them.
//
// Properties: a text has a value or a problem, never both; a value printed parses to itself; the
// four readers agree wherever their meanings overlap.
#include "config/quantities.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

void requireSound(const ParsedNumber& number, const std::string& text) {
  require(number.value.has_value() == number.problem.empty(), "a value or a problem", text);
}

void requireEqual(const ParsedNumber& number, uint64_t value, const char* property,
                  const std::string& text) {
  require(number.value == value, property,
          text + ": " + (number.value ? std::to_string(*number.value) : number.problem) +
              " instead of " + std::to_string(value));
}

bool isAllDigits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

void check(std::string_view input) {
  const std::string text(input);
  const auto count = parseCount(text);
  const auto quantity = parseQuantity(text);
  const auto milli = parseMilliQuantity(text);
  const auto duration = parseDurationMs(text, 1);
  for (const auto* each : {&count, &quantity, &milli, &duration}) requireSound(*each, text);

  for (const auto* each : {&count, &quantity, &milli, &duration}) {
    if (!each->value) continue;
    const auto printed = std::to_string(*each->value);
    requireEqual(parseCount(printed), *each->value, "a count printed is itself", text);
    requireEqual(parseQuantity(printed), *each->value, "a quantity printed is itself", text);
    requireEqual(parseMilliQuantity(printed + "m"), *each->value, "thousandths likewise", text);
    requireEqual(parseDurationMs(printed + "ms", 1), *each->value, "a duration likewise", text);
  }
  // A quantity without a suffix, a duration without a unit, and a count are one thing.
  if (isAllDigits(text)) {
    require(quantity.value == count.value, "digits are a quantity just when they are a count",
            text);
    require(duration.value == count.value || text.size() > 20, "and a duration", text);
    require(!duration.value || duration.value == count.value, "of the same value", text);
  }
  if (quantity.value && milli.value) {
    const uint64_t roundedUp = *milli.value / 1000 + (*milli.value % 1000 != 0);
    requireEqual(quantity, roundedUp, "units are thousandths, rounded up", text);
  }
  if (quantity.value && !text.starts_with('+')) {
    requireEqual(parseQuantity("+" + text), *quantity.value, "a plus sign says nothing", text);
  }
  if (duration.value && !isAllDigits(text)) {
    const auto inSeconds = parseDurationMs(text, 1'000);
    const bool hasUnit = text.find_first_of("smh") != std::string::npos;
    if (hasUnit) requireEqual(inSeconds, *duration.value, "a unit that is given counts", text);
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
