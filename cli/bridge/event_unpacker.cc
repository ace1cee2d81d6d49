#include "cli/bridge/event_unpacker.h"

namespace brood::cli {

void EventUnpacker::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    line_.append(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    if (line_.ends_with('\r')) line_.pop_back();
    takeLine(line_);
    line_.clear();
  }
}

void EventUnpacker::takeLine(std::string_view line) {
  constexpr std::string_view kData = "data:";
  if (line.empty()) {
    if (hasData_) take_(std::move(data_));
    data_.clear();
    hasData_ = false;
  } else if (line.starts_with(kData)) {
    line.remove_prefix(kData.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (hasData_) data_ += '\n';
    data_ += line;
    hasData_ = true;
  }
}

}  // namespace brood::cli
