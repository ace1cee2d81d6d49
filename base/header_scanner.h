#pragma once
// Finds the end of a request's header block and refuses what HTTP parsers disagree about.

#include <cstddef>
#include <string_view>

namespace brood {

// Request smuggling lives on bytes that one parser takes for a line end and the next does not.
// Beast takes folded lines; this stricter scan runs before it. Incremental: nothing is scanned
// twice, however slowly the bytes arrive.
class HeaderScanner {
 public:
  enum class Outcome { needMore, complete, badLineEnding, foldedLine, controlByte };

  // `block` is all that has arrived of the request, from its first byte on.
  Outcome scan(std::string_view block);
  // Once complete: the block's length, its empty line included.
  size_t length() const { return position_; }

 private:
  size_t position_ = 0;
  size_t lineLength_ = 0;
  bool sawCarriageReturn_ = false;
};

}  // namespace brood
