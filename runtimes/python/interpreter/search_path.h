#pragma once
// The entries of PYTHONPATH, as `python3` would have put them into sys.path.

#include <string>
#include <vector>

namespace brood {

// Absolute, in order, each once; relative ones and empty ones start from `folder`.
std::vector<std::string> searchPathEntries(const std::string& variable, const std::string& folder);

// Behind the script's own folder and before all else, where one may have been further on.
void addToSearchPath(const std::vector<std::string>& entries);

}  // namespace brood
