#include "base/output_text.h"

#include <kj/encoding.h>

#include "base/utf8.h"

namespace brood {

TextProbe::TextProbe(std::string_view bytes, bool isCut)
    : bytes_(bytes), text_(isCut ? bytes.substr(0, wholeSequences(bytes)) : bytes) {}

bool TextProbe::look(size_t most) {
  auto part = text_.substr(position_);
  if (part.size() > most) {
    part = part.substr(0, most);
    part = part.substr(0, wholeSequences(part));
  }
  isText_ = isText_ && isUtf8(part);
  position_ += part.size();
  return !isText_ || position_ == text_.size();
}

OutputText::OutputText(std::string_view bytes, bool isCut) {
  TextProbe probe(bytes, isCut);
  probe.look(bytes.size());
  text_ = probe.content();
  isBase64_ = !probe.isText();
  if (isBase64_) base64_ = encodeBase64(bytes);
}

std::string encodeBase64(std::string_view bytes) {
  const auto encoded = kj::encodeBase64(kj::arrayPtr(bytes.data(), bytes.size()).asBytes());
  return {encoded.begin(), encoded.size()};
}

}  // namespace brood
