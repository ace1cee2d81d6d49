#include "zygote/service/file_paths.h"

#include <string_view>

namespace brood::zygote {
namespace {

constexpr std::string_view kWorkspace = "/workspace";
constexpr std::string_view kOtherName = "/home/user";

// The rest after a folder's name, if the path is that folder or in it.
bool isIn(const std::string& path, std::string_view folder) {
  return path.compare(0, folder.size(), folder) == 0 &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

std::string tidy(const std::string& path) {
  std::string result;
  for (size_t begin = 0; begin < path.size();) {
    size_t end = path.find('/', begin);
    if (end == std::string::npos) end = path.size();
    const std::string part = path.substr(begin, end - begin);
    if (!part.empty() && part != ".") result += "/" + part;
    begin = end + 1;
  }
  return result.empty() ? "/" : result;
}

std::string FilePaths::inside(kj::StringPtr path) const {
  const bool isAbsolute = path.startsWith("/");
  const std::string whole =
      tidy(isAbsolute ? std::string(path.cStr()) : std::string(kWorkspace) + "/" + path.cStr());
  for (const std::string_view name : {kWorkspace, kOtherName}) {
    if (isIn(whole, name)) return workspace_ + whole.substr(name.size());
  }
  return whole;
}

std::string FilePaths::told(const std::string& path) const {
  if (!isIn(path, workspace_)) return path;
  return std::string(kWorkspace) + path.substr(workspace_.size());
}

bool FilePaths::isFixed(const std::string& path) const {
  return path == "/" || path == workspace_ || path == "/tmp";
}

}  // namespace brood::zygote
