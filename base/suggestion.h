#pragma once
// "Did you mean ...?" for names that people mistype.

#include <string>
#include <string_view>
#include <vector>

namespace brood {

// "; did you mean X?" for the candidate nearest to `unknown`, or "" if none is near.
std::string suggestion(std::string_view unknown, const std::vector<std::string>& candidates);

}  // namespace brood
