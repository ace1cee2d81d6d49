#include "gateway/http/sse.h"

#include <algorithm>

namespace brood::gateway {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// q=0, q=0.0 and so on: "not acceptable".
bool hasZeroWeight(std::string_view range) {
  auto semicolon = range.find(';');
  while (semicolon != std::string_view::npos) {
    range.remove_prefix(semicolon + 1);
    semicolon = range.find(';');
    const auto parameter = trimmed(range.substr(0, semicolon));
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      return parameter.size() > 2 &&
             parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
    }
  }
  return false;
}

}  // namespace

std::string sseEvent(std::string_view name, std::string_view json) {
  std::string event;
  event.reserve(name.size() + json.size() + 20);
  event.append("event: ").append(name).append("\ndata: ").append(json).append("\n\n");
  return event;
}

bool acceptsEventStream(std::string_view accept) {
  while (!accept.empty()) {
    const auto comma = accept.find(',');
    const auto range = accept.substr(0, comma);
    if (mediaType(range) == kEventStreamType && !hasZeroWeight(range)) return true;
    if (comma == std::string_view::npos) break;
    accept.remove_prefix(comma + 1);
  }
  return false;
}

std::string mediaType(std::string_view header) {
  std::string type(trimmed(header.substr(0, header.find(';'))));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type;
}

}  // namespace brood::gateway
