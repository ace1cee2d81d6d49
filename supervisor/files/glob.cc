#include "supervisor/files/glob.h"

#include <algorithm>

#include "supervisor/files/relative_path.h"

namespace brood::supervisor {

std::variant<Glob, std::string> Glob::parse(std::string_view text) {
  if (auto problem = problemOfPath(text); !problem.empty()) return problem;
  Glob glob;
  for (const auto part : partsOf(text)) {
    if (auto problem = NamePattern::problemOf(part); !problem.empty()) return problem;
    NamePattern pattern(part);
    // Two in a row mean no more than one.
    if (pattern.isAnyDepth() && !glob.parts.empty() && glob.parts.back().isAnyDepth()) continue;
    glob.parts.push_back(std::move(pattern));
  }
  if (glob.parts.back().isAnyDepth()) glob.parts.emplace_back("*");
  return glob;
}

// Places ascend, and each leads to itself and the two after it at most: what is there already is
// among the last ones.
void GlobSet::add(Places& places, Place place) const {
  constexpr size_t kLooksBack = 3;
  const auto last = places.end() - static_cast<ptrdiff_t>(std::min(places.size(), kLooksBack));
  if (std::find(last, places.end(), place) != places.end()) return;
  places.push_back(place);
  if (part(place).isAnyDepth()) add(places, {place.first, place.second + 1});
}

GlobSet::Places GlobSet::start() const {
  Places places;
  for (uint32_t i = 0; i < globs_.size(); ++i) add(places, {i, 0});
  return places;
}

bool GlobSet::goOn(const Places& places, std::string_view name, Step& step, uint64_t& work,
                   uint64_t mostWork) const {
  while (step.next < places.size()) {
    if (work >= mostWork) return false;
    const Place place = places[step.next++];
    const NamePattern& pattern = part(place);
    ++work;
    if (pattern.isAnyDepth()) {
      if (name.front() != '.') add(step.below, place);
    } else if (pattern.matches(name, work)) {
      if (isLast(place)) {
        step.isMatch = true;
      } else {
        add(step.below, {place.first, place.second + 1});
      }
    }
  }
  return true;
}

std::optional<std::vector<std::string>> GlobSet::onlyNames(const Places& places) const {
  std::vector<std::string> names;
  for (const auto& place : places) {
    auto name = part(place).literal();
    if (!name) return {};
    names.push_back(std::move(*name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace brood::supervisor
