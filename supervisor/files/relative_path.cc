#include "supervisor/files/relative_path.h"

#include "base/utf8.h"

namespace brood::supervisor {

std::vector<std::string_view> partsOf(std::string_view path) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

std::string problemOfPath(std::string_view path) {
  if (path.empty()) return "must not be empty";
  if (path.find('\0') != std::string_view::npos) return "must not contain NUL";
  if (!isUtf8(path)) return "must be valid UTF-8";
  if (path.front() == '/') return "must be relative";
  if (path.size() > kMaxPathBytes) {
    return "must have at most " + std::to_string(kMaxPathBytes) + " bytes";
  }
  const auto parts = partsOf(path);
  if (parts.size() > kMaxPathParts) {
    return "must have at most " + std::to_string(kMaxPathParts) + " parts";
  }
  for (const auto part : parts) {
    if (part.empty()) return "must not have empty parts";
    if (part == "." || part == "..") return "must not have '.' or '..' as a part";
    if (part.size() > kMaxPartBytes) {
      return "must have parts of at most " + std::to_string(kMaxPartBytes) + " bytes";
    }
  }
  return "";
}

std::string quoted(std::string_view text) {
  constexpr size_t kLongest = 128;
  if (text.size() <= kLongest) return "'" + std::string(text) + "'";
  return "'" + std::string(text.substr(0, kLongest)) + "...'";
}

}  // namespace brood::supervisor
