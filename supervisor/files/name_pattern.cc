#include "supervisor/files/name_pattern.h"

#include <algorithm>
#include <bit>

#include "base/utf8.h"

namespace brood::supervisor {
namespace {

// Where the class that begins at `position` ends; npos if it does not.
size_t endOfClass(std::string_view part, size_t position) {
  ++position;
  if (position < part.size() && (part[position] == '!' || part[position] == '^')) ++position;
  for (bool first = true; position < part.size(); first = false) {
    if (part[position] == ']' && !first) return position + 1;
    if (part[position] == '\\') ++position;
    ++position;
  }
  return std::string_view::npos;
}

// The first character, in bytes.
size_t characterAt(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) < 0x80) return 1;
  const auto step = nextUtf8Sequence(text);
  return step.kind == Utf8Sequence::Kind::valid ? step.length : 1;
}

bool isHidden(std::string_view name) { return name.front() == '.'; }

bool startsWithDot(std::string_view part) { return part.front() == '.' || part.starts_with("\\."); }

}  // namespace

std::string NamePattern::problemOf(std::string_view text) {
  for (size_t position = 0; position < text.size();) {
    if (text[position] == '\\') {
      if (position + 1 == text.size()) return "must have a character after '\\'";
      position += 2;
    } else if (text[position] == '[') {
      position = endOfClass(text, position);
      if (position == std::string_view::npos) return "must close '[' with ']'";
    } else {
      ++position;
    }
  }
  return "";
}

NamePattern::NamePattern(std::string_view text) : text_(text) {
  while (!text.empty()) {
    if (text.front() == '*') {
      text.remove_prefix(1);
      pieces_.push_back({Piece::Kind::star});
    } else if (text.front() == '?') {
      text.remove_prefix(1);
      pieces_.push_back({Piece::Kind::any});
    } else if (text.front() == '[') {
      pieces_.push_back(takeClass(text));
    } else {
      pieces_.push_back({Piece::Kind::one, takeEscaped(text)});
    }
  }
}

NamePattern::Character NamePattern::take(std::string_view& text) {
  const size_t length = characterAt(text);
  Character character = 0;
  for (size_t i = 0; i < sizeof(character); ++i) {
    const auto byte = i < length ? static_cast<unsigned char>(text[i]) : 0u;
    character = character << 8 | byte;
  }
  text.remove_prefix(length);
  return character;
}

NamePattern::Character NamePattern::takeEscaped(std::string_view& text) {
  if (text.front() == '\\') text.remove_prefix(1);
  return take(text);
}

// `text` begins with '[', and problemOf() has seen that it ends.
NamePattern::Piece NamePattern::takeClass(std::string_view& text) {
  text.remove_prefix(1);
  Piece piece{Piece::Kind::oneOf};
  piece.firstRange = static_cast<uint32_t>(ranges_.size());
  if (text.front() == '!' || text.front() == '^') {
    piece.kind = Piece::Kind::noneOf;
    text.remove_prefix(1);
  }
  for (bool first = true; first || text.front() != ']'; first = false) {
    const Character low = takeEscaped(text);
    Character high = low;
    if (text.front() == '-' && text[1] != ']') {
      text.remove_prefix(1);
      high = takeEscaped(text);
    }
    if (low <= high) ranges_.push_back({low, high});
  }
  text.remove_prefix(1);
  sortRanges(piece.firstRange);
  piece.endRange = static_cast<uint32_t>(ranges_.size());
  return piece;
}

// Those from `first` on; what overlaps becomes one.
void NamePattern::sortRanges(uint32_t first) {
  if (first == ranges_.size()) return;
  std::sort(ranges_.begin() + first, ranges_.end(),
            [](const Range& a, const Range& b) { return a.low < b.low; });
  auto last = ranges_.begin() + first;
  for (auto next = last + 1; next != ranges_.end(); ++next) {
    if (next->low <= last->high) {
      last->high = std::max(last->high, next->high);
    } else {
      *++last = *next;
    }
  }
  ranges_.erase(last + 1, ranges_.end());
}

bool NamePattern::fits(const Piece& piece, Character character, uint64_t& work) const {
  if (piece.kind == Piece::Kind::any) return true;
  if (piece.kind == Piece::Kind::one) return piece.character == character;
  const auto first = ranges_.begin() + piece.firstRange, end = ranges_.begin() + piece.endRange;
  work += std::bit_width(piece.endRange - piece.firstRange);
  const auto above = std::upper_bound(
      first, end, character, [](Character c, const Range& range) { return c < range.low; });
  const bool isInside = above != first && character <= std::prev(above)->high;
  return isInside == (piece.kind == Piece::Kind::oneOf);
}

bool NamePattern::matches(std::string_view name, uint64_t& work) const {
  ++work;
  if (isHidden(name) && !startsWithDot(text_)) return false;
  // The last star, and how far the name had come then: a mismatch lets it take one more character.
  // Earlier stars need no second thought, for what follows them has been matched as early as
  // possible.
  size_t next = 0, afterStar = 0;
  std::string_view retryAt;
  for (;;) {
    ++work;
    if (next < pieces_.size() && pieces_[next].kind == Piece::Kind::star) {
      afterStar = ++next;
      retryAt = name;
      continue;
    }
    if (next == pieces_.size() && name.empty()) return true;
    if (next < pieces_.size() && !name.empty() && fits(pieces_[next], take(name), work)) {
      ++next;
      continue;
    }
    if (afterStar == 0 || retryAt.empty()) return false;
    take(retryAt);
    next = afterStar;
    name = retryAt;
  }
}

std::optional<std::string> NamePattern::literal() const {
  std::string name;
  for (size_t position = 0; position < text_.size(); ++position) {
    const char c = text_[position];
    if (c == '*' || c == '?' || c == '[') return {};
    if (c == '\\') ++position;
    name += text_[position];
  }
  return name;
}

}  // namespace brood::supervisor
