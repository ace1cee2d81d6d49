#pragma once
// Paths that clients name, relative to a job's working directory.

#include <string>
#include <string_view>
#include <vector>

namespace brood {

constexpr size_t kMaxPathBytes = 1024;
constexpr size_t kMaxPathParts = 64;
constexpr size_t kMaxPartBytes = 255;  // NAME_MAX

// Between the slashes; an empty text has one empty part.
std::vector<std::string_view> partsOf(std::string_view path);

// What is wrong with it as a path that stays below where it starts ("must be relative"), or
// nothing. Says nothing of what is there.
std::string problemOfPath(std::string_view path);

// For messages: in quotes, cut to a bearable length.
std::string quoted(std::string_view text);

}  // namespace brood
