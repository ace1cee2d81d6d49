#pragma once
// Writes JSON straight into a string. What goes out is valid UTF-8, whatever a job has printed.

#include <cstdint>
#include <string>
#include <string_view>

namespace brood {

// Appends `text` as a quoted JSON string. Every maximal invalid part of it becomes U+FFFD.
void appendJsonString(std::string& out, std::string_view text);

// Commas and quotes; the caller keeps begin/end and keys in order.
//   JsonWriter(out).beginObject().field("a", 1).key("b").null().endObject();
class JsonWriter {
 public:
  // `out` is borrowed and appended to.
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }
  // Names are ours: plain ASCII, nothing to escape.
  JsonWriter& key(std::string_view name);

  JsonWriter& string(std::string_view value);
  JsonWriter& number(uint64_t value);
  JsonWriter& number(int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

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

  std::string& out_;
  bool needsComma_ = false;
};

}  // namespace brood
