#include "gateway/sessions/words/byte_range.h"

#include <algorithm>
#include <charconv>

namespace brood::gateway {
namespace {

// Null if it is not a number; empty is none, and fine.
bool readNumber(std::string_view text, std::optional<uint64_t>& number) {
  if (text.empty()) return true;
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [parsed, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc() || parsed != end) return false;
  number = value;
  return true;
}

}  // namespace

std::optional<ByteRange> readRange(std::string_view header) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return {};
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  ByteRange range;
  if (!readNumber(header.substr(0, dash), range.first)) return {};
  if (!readNumber(header.substr(dash + 1), range.last)) return {};
  if (!range.first && !range.last) return {};
  if (range.first && range.last && *range.last < *range.first) return {};
  return range;
}

std::optional<BytePart> partOf(const ByteRange& range, uint64_t size) {
  if (!range.first) {
    const uint64_t length = std::min(size, range.last.value_or(0));
    if (length == 0) return {};
    return BytePart{size - length, length};
  }
  if (*range.first >= size) return {};
  const uint64_t rest = size - *range.first;
  if (!range.last) return BytePart{*range.first, rest};
  // Compared before the one is added, which may be too much for the number.
  const uint64_t behindFirst = *range.last - *range.first;
  return BytePart{*range.first, behindFirst >= rest ? rest : behindFirst + 1};
}

}  // namespace brood::gateway
