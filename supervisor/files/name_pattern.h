#pragma once
// One part of a pattern of paths against one name: "*.png", "[0-9]?.txt".
//
// `*` and `?` stand for characters, `[a-z]`, `[!a-z]` for one character, `\` takes a character
// literally. A leading dot must be matched by a dot. Characters are Unicode's; what is not UTF-8
// counts byte by byte.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brood::supervisor {

class NamePattern {
 public:
  // Says why it is no valid pattern, or nothing.
  static std::string problemOf(std::string_view text);

  // `text` is not empty, and problemOf() has nothing to say of it.
  explicit NamePattern(std::string_view text);

  // `name` is not empty. Adds to `work` the steps that it took, each some nanoseconds: a pattern
  // with a star may need the product of both lengths.
  bool matches(std::string_view name, uint64_t& work) const;

  // The only name that it matches, if there are no wildcards.
  std::optional<std::string> literal() const;

  // "**", which as a whole part stands for any number of directories.
  bool isAnyDepth() const { return text_ == "**"; }

 private:
  // The bytes of one character, the first one highest: sorts as text does, and UTF-8 as code
  // points.
  using Character = uint32_t;
  struct Range {
    Character low, high;
  };
  struct Piece {
    enum class Kind { star, any, one, oneOf, noneOf } kind;
    Character character = 0;                // of `one`.
    uint32_t firstRange = 0, endRange = 0;  // A class's ranges, in ranges_.
  };

  static Character take(std::string_view& text);
  static Character takeEscaped(std::string_view& text);
  Piece takeClass(std::string_view& text);
  void sortRanges(uint32_t first);
  bool fits(const Piece& piece, Character character, uint64_t& work) const;

  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<Range> ranges_;  // Those of a class ascend and do not overlap.
};

}  // namespace brood::supervisor
