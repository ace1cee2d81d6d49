#include "tests/unit/style/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace brood::style {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kFolders{
    "base",    "rpc", "config", "host",  "canary", "zygote", "runtimes", "supervisor",
    "gateway", "cli", "tests",  "bench", "cmake",  "egress", "clients",  "recorder"};
const std::set<std::string> kEndings{".h",   ".cc",    ".c",  ".py", ".cmake",
                                     ".txt", ".capnp", ".in", ".ts", ".mjs"};
// Programs that jobs run and inputs of fuzzers: they are as wrong as they need to be.
const std::set<std::string> kInputs{"tests/integration/corpus", "tests/integration/languages",
                                    "tests/unit/runtimes/python/cases", "tests/fuzz/corpus"};

std::vector<std::string> readLines(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string stripped(std::string text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::string SourceFile::folder() const { return path.substr(0, path.rfind('/')); }

std::string SourceFile::stem() const {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}

bool SourceFile::isCpp() const {
  return path.ends_with(".h") || path.ends_with(".cc") || path.ends_with(".c");
}

bool SourceFile::isTest() const { return path.starts_with("tests/"); }

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
    auto entries = fs::recursive_directory_iterator(fs::path(root) / folder);
    for (const auto& entry : entries) {
      const std::string path = fs::relative(entry.path(), root).string();
      if (kInputs.contains(path)) entries.disable_recursion_pending();
      if (!entry.is_regular_file() || !kEndings.contains(entry.path().extension().string())) {
        continue;
      }
      files.push_back({path, readLines(entry.path())});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> readList(const std::string& path) {
  std::vector<std::string> list;
  for (const auto& line : readLines(path)) {
    const std::string text = stripped(line.substr(0, line.find('#')));
    if (text.empty()) continue;
    if (line.starts_with(' ') && !list.empty()) {
      list.back() += " " + text;
    } else {
      list.push_back(text);
    }
  }
  return list;
}

std::vector<Entry> readEntries(const std::string& path) {
  std::vector<Entry> entries;
  for (const auto& line : readList(path)) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) {
      entries.push_back({line, ""});
    } else {
      entries.push_back({stripped(line.substr(0, colon)), stripped(line.substr(colon + 1))});
    }
  }
  return entries;
}

}  // namespace brood::style
