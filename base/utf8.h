#pragma once
// Takes UTF-8 apart: one sequence at a time, and a byte stream into whole sequences.

#include <cstddef>
#include <string>
#include <string_view>

namespace brood {

// The first sequence of a text. An invalid part is as long as Unicode's "maximal subpart", for
// which one U+FFFD stands. Incomplete: valid so far, and cut off by the end of the text.
struct Utf8Sequence {
  enum class Kind { valid, invalid, incomplete } kind;
  size_t length;
};

// `text` is not empty.
Utf8Sequence nextUtf8Sequence(std::string_view text);

// How many bytes at the beginning are whole and valid sequences.
size_t validUtf8Length(std::string_view text);

// All of it.
bool isUtf8(std::string_view text);

// The length of what of `text` ends with a whole sequence: all but an incomplete one at its end (at
// most 3 bytes).
size_t wholeSequences(std::string_view text);

// Cuts a byte stream, arriving in arbitrary chunks, only between sequences. Invalid bytes pass
// through unchanged: what becomes of them is the encoder's affair (base/output_text.h).
class Utf8Splitter {
 public:
  // Returns the bytes that can be passed on now: all but an incomplete sequence at the end (at most
  // 3 bytes).
  std::string push(std::string_view chunk);
  // The incomplete rest at the end of the stream.
  std::string finish();

 private:
  std::string held_;
};

}  // namespace brood
