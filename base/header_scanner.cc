#include "base/header_scanner.h"

namespace brood {

HeaderScanner::Outcome HeaderScanner::scan(std::string_view block) {
  while (position_ < block.size()) {
    const auto byte = static_cast<unsigned char>(block[position_++]);
    if (sawCarriageReturn_) {
      if (byte != '\n') return Outcome::badLineEnding;
      sawCarriageReturn_ = false;
      if (lineLength_ == 0) return Outcome::complete;
      lineLength_ = 0;
      continue;
    }
    if (byte == '\r') {
      sawCarriageReturn_ = true;
      continue;
    }
    if (byte == '\n') return Outcome::badLineEnding;
    const bool isBlank = byte == ' ' || byte == '\t';
    if (isBlank && lineLength_ == 0) return Outcome::foldedLine;
    if ((byte < 0x20 && !isBlank) || byte == 0x7f) return Outcome::controlByte;
    ++lineLength_;
  }
  return Outcome::needMore;
}

}  // namespace brood
