#pragma once
// The project's own source files, as text.

#include <string>
#include <vector>

namespace brood::style {

struct SourceFile {
  std::string path;  // Relative to the root, e.g. "supervisor/jobs/verdict.cc".
  std::vector<std::string> lines;

  std::string folder() const;                      // "supervisor/jobs"
  std::string stem() const;                        // "verdict"
  std::vector<std::string> includedPaths() const;  // From #include "...".
  bool isCpp() const;                              // Or C.
  bool isTest() const;                             // In tests/.
};

// Every source file of the rooms and the tests: C++, C, Python, CMake and schemas.
std::vector<SourceFile> readSourceTree(const std::string& root);

// The lines of a list, without comments (from '#' on) and empty lines. An indented line goes on
// with the one above.
std::vector<std::string> readList(const std::string& path);

// "the name" and "what is said of it", of a line "the-name: what is said of it".
struct Entry {
  std::string name;
  std::string text;
};
std::vector<Entry> readEntries(const std::string& path);

}  // namespace brood::style
