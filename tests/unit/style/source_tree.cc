#include "tests/unit/style/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace brood {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kFolders{"rpc",     "config", "zygote", "runtimes", "supervisor",
                                     "gateway", "cli",    "tests",  "bench",    "cmake"};
const std::set<std::string> kEndings{".h", ".cc", ".py", ".cmake", ".txt", ".capnp", ".in"};

std::vector<std::string> readLines(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::string SourceFile::room() const { return path.substr(0, path.find('/')); }

std::vector<std::string> SourceFile::includedPaths() const {
  constexpr std::string_view kStart = "#include \"";
  std::vector<std::string> paths;
  for (const auto& line : lines) {
    if (!line.starts_with(kStart)) continue;
    std::string rest = line.substr(kStart.size());
    paths.push_back(rest.substr(0, rest.find('"')));
  }
  return paths;
}

std::vector<SourceFile> readSourceTree(const std::string& root) {
  std::vector<SourceFile> files;
  for (const auto& folder : kFolders) {
    if (!fs::exists(fs::path(root) / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) {
      if (!entry.is_regular_file() || !kEndings.contains(entry.path().extension().string())) {
        continue;
      }
      files.push_back({fs::relative(entry.path(), root).string(), readLines(entry.path())});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace brood
