#pragma once
// Paths that clients name, relative to a job's working directory.

#include <string>
#include <string_view>
#include <vector>

namespace brood::supervisor {

constexpr size_t kMaxPathBytes = 1024;
constexpr size_t kMaxPathParts = 64;
constexpr size_t kMaxPartBytes = 255;  // NAME_MAX

// Between the slashes; an empty text has one empty part.
std::vector<std::string_view> partsOf(std::string_view path);

// Says why the path would not stay below where it starts ("must be relative"), or nothing. Does not
// look at the file system.
std::string problemOfPath(std::string_view path);

// For messages: in quotes, cut to a bearable length.
std::string quoted(std::string_view text);

}  // namespace brood::supervisor
