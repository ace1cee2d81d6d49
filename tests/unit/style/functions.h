#pragma once
// Where functions begin and end, by the indentation that clang-format gives them.

#include <string>
#include <vector>

#include "tests/unit/style/source_tree.h"

namespace brood::style {

struct Function {
  size_t firstLine;  // Counted from 1.
  size_t lineCount;
};

// Functions of a file and members that are defined in their class; in Python, every def.
std::vector<Function> functionsOf(const SourceFile& file);

}  // namespace brood::style
