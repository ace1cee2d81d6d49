#pragma once
// Takes UTF-8 apart: one sequence at a time, and a byte stream into whole sequences.

#include <cstddef>
#include <string>
#include <string_view>

namespace brood {

// What text begins with. An invalid part is as long as Unicode's "maximal subpart": what one
// U+FFFD stands for. Incomplete: valid so far, and cut off by the end of the text.
struct Utf8Sequence {
  enum class Kind { valid, invalid, incomplete } kind;
  size_t length;
};

// `text` is not empty.
Utf8Sequence nextUtf8Sequence(std::string_view text);

// All of it.
bool isUtf8(std::string_view text);

// Cuts a byte stream, arriving in arbitrary chunks, only between sequences. Invalid bytes pass
// through unchanged: replacing them is the JSON writer's work, and it then sees the same bytes as
// if the stream had come in one piece.
class Utf8Splitter {
 public:
  // What can be passed on now: all but an incomplete sequence at the end (at most 3 bytes).
  std::string push(std::string_view chunk);
  // The incomplete rest at the end of the stream.
  std::string finish();

 private:
  std::string held_;
};

}  // namespace brood
