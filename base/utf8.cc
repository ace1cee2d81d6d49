#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace brood {
namespace {

// RFC 3629, section 4: the second byte's range depends on the first; later ones are 80..BF.
struct Lead {
  size_t length;
  unsigned char secondMin;
  unsigned char secondMax;
};

Lead classify(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xc2) return {0, 0, 0};
  if (byte < 0xe0) return {2, 0x80, 0xbf};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte < 0xf0) return {3, 0x80, 0xbf};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte < 0xf4) return {4, 0x80, 0xbf};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

// Nearly all output is ASCII.
bool hasOnlyAsciiWord(std::string_view text) {
  uint64_t word;
  if (text.size() < sizeof(word)) return false;
  std::memcpy(&word, text.data(), sizeof(word));
  return (word & 0x8080808080808080) == 0;
}

}  // namespace

Utf8Sequence nextUtf8Sequence(std::string_view text) {
  using Kind = Utf8Sequence::Kind;
  const Lead lead = classify(static_cast<unsigned char>(text.front()));
  if (lead.length == 0) return {Kind::invalid, 1};
  for (size_t i = 1; i < lead.length; ++i) {
    if (i == text.size()) return {Kind::incomplete, i};
    const auto byte = static_cast<unsigned char>(text[i]);
    const unsigned char least = i == 1 ? lead.secondMin : 0x80;
    const unsigned char most = i == 1 ? lead.secondMax : 0xbf;
    if (byte < least || byte > most) return {Kind::invalid, i};
  }
  return {Kind::valid, lead.length};
}

size_t validUtf8Length(std::string_view text) {
  size_t length = 0;
  while (length < text.size()) {
    if (hasOnlyAsciiWord(text.substr(length))) {
      length += sizeof(uint64_t);
      continue;
    }
    const auto step = nextUtf8Sequence(text.substr(length));
    if (step.kind != Utf8Sequence::Kind::valid) break;
    length += step.length;
  }
  return length;
}

bool isUtf8(std::string_view text) { return validUtf8Length(text) == text.size(); }

// An incomplete sequence begins within the last three bytes, with a byte that is no continuation;
// what comes before needs no look.
size_t wholeSequences(std::string_view text) {
  const size_t first = text.size() - std::min<size_t>(text.size(), 3);
  for (size_t i = text.size(); i > first; --i) {
    if ((static_cast<unsigned char>(text[i - 1]) & 0xc0) == 0x80) continue;
    const auto step = nextUtf8Sequence(text.substr(i - 1));
    const bool isCutOff =
        step.kind == Utf8Sequence::Kind::incomplete && i - 1 + step.length == text.size();
    return isCutOff ? i - 1 : text.size();
  }
  return text.size();
}

std::string Utf8Splitter::push(std::string_view chunk) {
  std::string text = std::exchange(held_, {});
  text += chunk;
  const size_t whole = wholeSequences(text);
  held_ = text.substr(whole);
  text.resize(whole);
  return text;
}

std::string Utf8Splitter::finish() { return std::exchange(held_, {}); }

}  // namespace brood
