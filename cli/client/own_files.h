#pragma once
// Files on this side, read and written whole.

#include <string>
#include <string_view>

namespace brood::cli {

// Reads a file, or for "-" our own standard input. Throws CliError for what cannot be read, or is
// longer than anything that may be sent.
std::string readAll(const std::string& path);

// To standard output where the path is "-" or empty. Throws CliError.
void writeWhole(const std::string& path, std::string_view content);

}  // namespace brood::cli
