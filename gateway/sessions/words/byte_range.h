#pragma once
// The Range header of a request for a file (RFC 9110, 14.2).

#include <cstdint>
#include <optional>
#include <string_view>

namespace brood::gateway {

// "bytes=0-499", "bytes=500-" or "bytes=-500".
struct ByteRange {
  std::optional<uint64_t> first = {};  // Null: the last `last` bytes.
  std::optional<uint64_t> last = {};   // Null: to the end.

  bool operator==(const ByteRange&) const = default;
};

// Null for what is to be ignored: other units, several ranges, and what is no range at all.
std::optional<ByteRange> readRange(std::string_view header);

// A part of something that has `size` bytes.
struct BytePart {
  uint64_t offset = 0;
  uint64_t length = 0;  // At least 1.
};
// Null: none of its bytes is in the range.
std::optional<BytePart> partOf(const ByteRange& range, uint64_t size);

}  // namespace brood::gateway
