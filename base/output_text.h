#pragma once
// A job's bytes as JSON can carry them: the one rule for the HTTP API, its event streams and the
// CLI.

#include <string>
#include <string_view>

namespace brood {

// Finds out whether bytes are text, in steps: some are too many to be looked at in one go.
class TextProbe {
 public:
  // `bytes` are borrowed. `isCut`: more followed and was left out, maybe in the middle of a
  // character, the beginning of which is then left out as well. Of what is no text nothing is.
  explicit TextProbe(std::string_view bytes, bool isCut = false);

  // Looks at no more than `most` bytes. True once the answer is known.
  bool look(size_t most);

  // As far as it has been looked at.
  bool isText() const { return isText_; }
  // The text, or else all of the bytes.
  std::string_view content() const { return isText_ ? text_ : bytes_; }

 private:
  std::string_view bytes_;
  std::string_view text_;
  size_t position_ = 0;
  bool isText_ = true;
};

// Text where the bytes are valid UTF-8, else their base64.
class OutputText {
 public:
  // As TextProbe.
  explicit OutputText(std::string_view bytes, bool isCut = false);

  std::string_view text() const { return isBase64_ ? std::string_view(base64_) : text_; }
  bool isBase64() const { return isBase64_; }
  const char* encoding() const { return isBase64_ ? "base64" : "utf8"; }

 private:
  std::string_view text_;
  std::string base64_;
  bool isBase64_ = false;
};

std::string encodeBase64(std::string_view bytes);

}  // namespace brood
