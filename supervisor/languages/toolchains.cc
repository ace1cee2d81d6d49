#include "supervisor/languages/toolchains.h"

#include <cctype>
#include <string_view>

namespace brood::supervisor {

const Toolchain& Toolchains::of(const RuntimeManifest& manifest) const {
  static const Toolchain kUnasked;
  auto found = known_.find(&manifest);
  return found == known_.end() ? kUnasked : found->second;
}

void Toolchains::note(const RuntimeManifest& manifest, Toolchain toolchain) {
  known_[&manifest] = std::move(toolchain);
}

std::string versionIn(const std::string& text) {
  auto isDigit = [&](size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at]));
  };
  auto belongs = [&](size_t at) {
    constexpr std::string_view kMarks = ".+~-_";
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) ||
                                kMarks.find(text[at]) != std::string_view::npos);
  };
  for (size_t start = 0; start < text.size(); ++start) {
    if (!isDigit(start)) continue;
    size_t end = start;
    while (isDigit(end)) ++end;
    if (end < text.size() && text[end] == '.' && isDigit(end + 1)) {
      while (belongs(end)) ++end;
      while (end > start && !std::isalnum(static_cast<unsigned char>(text[end - 1]))) --end;
      return text.substr(start, end - start);
    }
    start = end;
  }
  return {};
}

}  // namespace brood::supervisor
