#include "rpc/calls/json_writer.h"

#include <array>
#include <charconv>

#include "base/utf8.h"

namespace brood {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// 1 for the bytes that stand for themselves inside a JSON string: printable ASCII but " and \.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (unsigned byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

void appendEscaped(std::string& out, unsigned char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  constexpr char kHex[] = "0123456789abcdef";
  const char escaped[] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
  out.append(escaped, sizeof(escaped));
}

}  // namespace

void appendJsonText(std::string& out, std::string_view text) {
  size_t position = 0;
  while (position < text.size()) {
    size_t run = position;
    while (run < text.size() && kPlain[static_cast<unsigned char>(text[run])]) ++run;
    out.append(text.data() + position, run - position);
    position = run;
    if (position == text.size()) break;

    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte < 0x80) {
      appendEscaped(out, byte);
      ++position;
      continue;
    }
    const auto step = nextUtf8Sequence(text.substr(position));
    if (step.kind == Utf8Sequence::Kind::valid) {
      out.append(text, position, step.length);
    } else {
      out += kReplacement;
    }
    position += step.length;
  }
}

void appendJsonString(std::string& out, std::string_view text) {
  out += '"';
  appendJsonText(out, text);
  out += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
  out_.append(needsComma_ ? ",\"" : "\"").append(name).append("\":", 2);
  needsComma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view value) {
  separate();
  if (!leavesGap(JsonGap::Kind::string, value)) appendJsonString(out_, value);
  return *this;
}

JsonWriter& JsonWriter::bytes(std::string_view name, std::string_view value) {
  key(name);
  if (leavesGap(JsonGap::Kind::bytes, value)) {
    needsComma_ = true;
    return *this;
  }
  const OutputText content(value);
  return string(content.text()).field("encoding", content.encoding());
}

JsonWriter& JsonWriter::output(std::string_view name, std::string_view value, bool isCut) {
  key(name);
  if (leavesGap(JsonGap::Kind::output, value, isCut, name)) {
    needsComma_ = true;
    return *this;
  }
  const OutputText content(value, isCut);
  string(content.text());
  if (content.isBase64()) field(std::string(name) + "_encoding", "base64");
  return *this;
}

bool JsonWriter::leavesGap(JsonGap::Kind kind, std::string_view value, bool isCut,
                           std::string_view name) {
  if (gaps_ == nullptr || value.size() < kLeastGapBytes) return false;
  gaps_->push_back({out_.size(), kind, TextProbe(value, isCut), name});
  return true;
}

JsonWriter& JsonWriter::number(uint64_t value) {
  separate();
  char digits[24];
  out_.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
  return *this;
}

JsonWriter& JsonWriter::number(int64_t value) {
  separate();
  char digits[24];
  out_.append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  needsComma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  needsComma_ = true;
  return *this;
}

void JsonWriter::separate() {
  if (needsComma_) out_ += ',';
  needsComma_ = true;
}

}  // namespace brood
