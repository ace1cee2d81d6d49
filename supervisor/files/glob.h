#pragma once
// Patterns of paths, as shells know them: "out/*.png", "**/*.csv", "data/[0-9]?.txt".
//
// Each part is a NamePattern; `**` as a whole part stands for any number of directories, at the end
// for all files below.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "supervisor/files/name_pattern.h"

namespace brood::supervisor {

struct Glob {
  std::vector<NamePattern> parts;

  // The pattern, or what is wrong with it ("must be relative").
  static std::variant<Glob, std::string> parse(std::string_view text);
};

// Several patterns, matched together while walking down from directory to directory.
class GlobSet {
 public:
  // Which part of which pattern is next: in a directory, what its names are matched against.
  using Place = std::pair<uint32_t, uint32_t>;
  using Places = std::vector<Place>;

  GlobSet() = default;
  explicit GlobSet(std::vector<Glob> globs) : globs_(std::move(globs)) {}

  bool empty() const { return globs_.empty(); }
  // In the directory that patterns are relative to.
  Places start() const;

  struct Step {
    Places below;          // If the name is a directory's; empty: nothing below can match.
    bool isMatch = false;  // The name itself.
    size_t next = 0;       // The first place that it has not been matched against.
  };
  // One name in a directory, against some places from `step.next` on: until it has been matched
  // against all, which is when it returns true, or `work` has reached `mostWork`. That is looked at
  // between two places, each of which may take the product of two lengths of 255.
  bool goOn(const Places& places, std::string_view name, Step& step, uint64_t& work,
            uint64_t mostWork) const;

  // All that can match or be on the way here, where that does not take listing the directory.
  std::optional<std::vector<std::string>> onlyNames(const Places& places) const;

 private:
  const NamePattern& part(Place place) const { return globs_[place.first].parts[place.second]; }
  bool isLast(Place place) const { return place.second + 1 == globs_[place.first].parts.size(); }
  // With the places that are reached by letting `**` stand for no directory.
  void add(Places& places, Place place) const;

  std::vector<Glob> globs_;
};

}  // namespace brood::supervisor
