#include "base/suggestion.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace brood {
namespace {

// Levenshtein's distance, one row at a time.
size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// Someone who writes "port" for "gateway.port", or "limits.memory_bytes" for its maximum, has
// left out a whole part rather than mistyped a letter.
bool isPart(std::string_view unknown, std::string_view candidate) {
  return unknown.size() >= 3 && (candidate.ends_with(unknown) || candidate.starts_with(unknown));
}

}  // namespace

std::string suggestion(std::string_view unknown, const std::vector<std::string>& candidates) {
  const std::string* nearest = nullptr;
  std::pair<size_t, size_t> nearestDistance(std::numeric_limits<size_t>::max(), 0);
  for (const auto& candidate : candidates) {
    const size_t edits = editDistance(unknown, candidate);
    const size_t tolerated = std::max<size_t>(2, std::max(unknown.size(), candidate.size()) / 3);
    const bool part = isPart(unknown, candidate);
    if (edits > tolerated && !part) continue;
    const std::pair<size_t, size_t> distance(part ? 1 : edits, edits);
    if (distance < nearestDistance) {
      nearest = &candidate;
      nearestDistance = distance;
    }
  }
  return nearest ? "; did you mean " + *nearest + "?" : "";
}

}  // namespace brood
