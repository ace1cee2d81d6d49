#pragma once
// The project's own source files, as text.

#include <string>
#include <vector>

namespace brood {

struct SourceFile {
  std::string path;  // Relative to the root, e.g. "supervisor/main.cc".
  std::vector<std::string> lines;

  std::string room() const;                        // "supervisor"
  std::vector<std::string> includedPaths() const;  // Of #include "...".
};

// Every .h, .cc, .py and CMake file of the rooms and the tests.
std::vector<SourceFile> readSourceTree(const std::string& root);

}  // namespace brood
