#include "tests/unit/style/functions.h"

#include <regex>

namespace brood::style {
namespace {

size_t indentOf(const std::string& line) { return line.find_first_not_of(' '); }

bool isBlank(const std::string& line) { return indentOf(line) == std::string::npos; }

// Whether something begins here, that is more than the end of what was before it.
bool beginsAt(const std::string& line, size_t indent) {
  return !isBlank(line) && indentOf(line) == indent &&
         std::string("}#/").find(line[indent]) == std::string::npos;
}

void addEndingAt(const SourceFile& file, size_t end, size_t indent, std::vector<Function>& found) {
  static const std::regex kNoFunction("^ *(namespace|class|struct|enum|union|extern)\\b.*");
  for (size_t first = end; first-- > 0;) {
    if (!beginsAt(file.lines[first], indent)) continue;
    if (!std::regex_match(file.lines[first], kNoFunction)) {
      found.push_back({first + 1, end - first + 1});
    }
    return;
  }
}

std::vector<Function> functionsOfCpp(const SourceFile& file) {
  std::vector<Function> found;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    if (file.lines[i] == "}") addEndingAt(file, i, 0, found);
    if (file.lines[i] == "  }") addEndingAt(file, i, 2, found);
  }
  return found;
}

std::vector<Function> functionsOfPython(const SourceFile& file) {
  static const std::regex kDefinition("^ *(async )?def .*");
  std::vector<Function> found;
  for (size_t first = 0; first < file.lines.size(); ++first) {
    if (!std::regex_match(file.lines[first], kDefinition)) continue;
    const size_t indent = indentOf(file.lines[first]);
    size_t last = first;
    for (size_t i = first + 1; i < file.lines.size(); ++i) {
      const auto& line = file.lines[i];
      if (isBlank(line)) continue;
      if (indentOf(line) <= indent && line[indentOf(line)] != ')') break;
      last = i;
    }
    found.push_back({first + 1, last - first + 1});
  }
  return found;
}

}  // namespace

std::vector<Function> functionsOf(const SourceFile& file) {
  if (file.isCpp()) return functionsOfCpp(file);
  if (file.path.ends_with(".py")) return functionsOfPython(file);
  return {};
}

}  // namespace brood::style
