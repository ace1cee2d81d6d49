#include "rpc/records/trace_context.h"

#include <sys/random.h>

#include <algorithm>
#include <stdexcept>

namespace brood {
namespace {

constexpr size_t kLength = 55;  // In version 00: 2 + 1 + 32 + 1 + 16 + 1 + 2.
constexpr uint8_t kSampled = 1;
constexpr uint8_t kNoVersion = 0xff;

// Trace Context knows lower-case digits only.
int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <size_t size>
bool readHex(std::string_view text, std::array<uint8_t, size>& bytes) {
  for (size_t i = 0; i < size; ++i) {
    const int high = digitOf(text[2 * i]), low = digitOf(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

template <size_t size>
std::string hexOf(const std::array<uint8_t, size>& bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

template <size_t size>
bool isZero(const std::array<uint8_t, size>& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

template <size_t size>
std::array<uint8_t, size> randomId() {
  std::array<uint8_t, size> id;
  do {
    // The kernel gives so few bytes at once or not at all.
    if (::getrandom(id.data(), id.size(), 0) != static_cast<ssize_t>(id.size())) {
      throw std::runtime_error("the kernel has no random numbers");
    }
  } while (isZero(id));
  return id;
}

}  // namespace

std::optional<TraceContext> parseTraceparent(std::string_view header) {
  if (header.size() < kLength) return std::nullopt;
  std::array<uint8_t, 1> version, flags;
  TraceContext context;
  const bool isRead = readHex(header.substr(0, 2), version) && header[2] == '-' &&
                      readHex(header.substr(3, 32), context.traceId) && header[35] == '-' &&
                      readHex(header.substr(36, 16), context.spanId) && header[52] == '-' &&
                      readHex(header.substr(53, 2), flags);
  if (!isRead || version[0] == kNoVersion) return std::nullopt;
  if (isZero(context.traceId) || isZero(context.spanId)) return std::nullopt;
  // Only a later version may have more, and then after another dash.
  if (header.size() > kLength && (version[0] == 0 || header[kLength] != '-')) return std::nullopt;
  context.isSampled = (flags[0] & kSampled) != 0;
  return context;
}

std::string traceparent(const TraceContext& context) {
  return "00-" + idText(context.traceId) + "-" + idText(context.spanId) +
         (context.isSampled ? "-01" : "-00");
}

TraceContext newSpanIn(const std::optional<TraceContext>& parent) {
  if (parent) return {parent->traceId, newSpanId(), parent->isSampled};
  return {randomId<16>(), newSpanId(), true};
}

SpanId newSpanId() { return randomId<8>(); }

std::string idText(const TraceId& id) { return hexOf(id); }
std::string idText(const SpanId& id) { return hexOf(id); }

}  // namespace brood
