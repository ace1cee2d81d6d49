#pragma once
// Writes JSON straight into a string. What goes out is valid UTF-8, whatever a job has printed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/output_text.h"

namespace brood {

// Escaped as within a JSON string, without the quotes. Appended in parts it is the same if they end
// with whole sequences (base/utf8.h).
void appendJsonText(std::string& out, std::string_view text);
// Appends `text` as a quoted JSON string. Every maximal invalid part of it becomes U+FFFD.
void appendJsonString(std::string& out, std::string_view text);

// A value that is not in the text yet: it belongs at this place, and is written there when that is
// sent (api/answer_pieces.h).
struct JsonGap {
  enum class Kind {
    string,  // As JsonWriter::string() writes it.
    bytes,   // As JsonWriter::bytes() does.
    output,  // As JsonWriter::output() does.
  };
  size_t at;
  Kind kind;
  TextProbe value;        // Borrows from what was to be written.
  std::string_view name;  // With output. Borrowed.
};
using JsonGaps = std::vector<JsonGap>;

// Commas and quotes; the caller keeps begin/end and keys in order.
//   JsonWriter(out).beginObject().field("a", 1).key("b").null().endObject();
class JsonWriter {
 public:
  // Shorter values are written at once.
  static constexpr size_t kLeastGapBytes = 4 * 1024;

  // `out` is borrowed and appended to. So is `gaps`: where there is such a list, large values are
  // left for later.
  explicit JsonWriter(std::string& out, JsonGaps* gaps = nullptr) : out_(out), gaps_(gaps) {}

  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }
  // Names are ours: plain ASCII, nothing to escape.
  JsonWriter& key(std::string_view name);

  JsonWriter& string(std::string_view value);
  // `name` holds the bytes themselves if they are text, else in base64; "encoding" says which.
  JsonWriter& bytes(std::string_view name, std::string_view value);
  // One stream of output: `name` holds it if it is text, else its base64, and NAME_encoding says
  // that. `isCut`: more followed and was left out, maybe in the middle of a character, the
  // beginning of which is then left out as well (base/output_text.h).
  JsonWriter& output(std::string_view name, std::string_view value, bool isCut);
  JsonWriter& number(uint64_t value);
  JsonWriter& number(int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  // A value that is JSON already.
  JsonWriter& raw(std::string_view json);

  JsonWriter& field(std::string_view name, std::string_view value) {
    return key(name).string(value);
  }
  JsonWriter& field(std::string_view name, const char* value) { return key(name).string(value); }
  JsonWriter& field(std::string_view name, uint64_t value) { return key(name).number(value); }
  JsonWriter& field(std::string_view name, uint32_t value) {
    return key(name).number(uint64_t{value});
  }
  JsonWriter& field(std::string_view name, int32_t value) {
    return key(name).number(int64_t{value});
  }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  // Where a value is large, and may be left for later.
  bool leavesGap(JsonGap::Kind kind, std::string_view value, bool isCut = false,
                 std::string_view name = {});

  std::string& out_;
  JsonGaps* gaps_;
  bool needsComma_ = false;
};

}  // namespace brood
