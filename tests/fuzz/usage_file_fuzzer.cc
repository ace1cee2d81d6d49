// The file with what tenants have used.
//
// Properties: a refusal is one printable line; what is accepted means the same when it is written
// and read again, and raising a book to itself changes nothing.
#include "gateway/quotas/usage_book.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
namespace {

using namespace gateway;

void check(std::string_view input) {
  auto parsed = parseUsage(input);
  if (const auto* problem = std::get_if<std::string>(&parsed)) {
    for (const char c : *problem) require(c >= ' ' && c < 0x7f, "a refusal is printable", *problem);
    return;
  }
  const auto& book = std::get<UsageBook>(parsed);
  for (const auto& [tenant, days] : book.tenants()) {
    require(days.size() <= UsageBook::kKeptDays, "days are bounded");
  }
  auto again = parseUsage(usageText(book));
  require(std::holds_alternative<UsageBook>(again), "what is written can be read");
  auto& copy = std::get<UsageBook>(again);
  require(copy == book, "and is the same");
  copy.raiseTo(book);
  require(copy == book, "raising to the same changes nothing");
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
