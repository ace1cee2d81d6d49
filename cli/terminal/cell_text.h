#pragma once
// Whether what has been typed is a whole cell, or goes on in the next line.

#include <string_view>

namespace brood::cli {

// By brackets, strings and comments of the language, without knowing it any further: the
// interpreter has the last word. A block of Python's ends with an empty line.
bool isWholeCell(std::string_view language, std::string_view text);

}  // namespace brood::cli
