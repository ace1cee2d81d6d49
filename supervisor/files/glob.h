#pragma once
// Patterns of paths, as shells know them: "out/*.png", "**/*.csv", "data/[0-9]?.txt".
//
// `*` and `?` stand for characters of one name, `[a-z]`, `[!a-z]` for one character, `**` as a
// whole part for any number of directories (at the end: for all files below), `\` takes a
// character literally. A leading dot must be matched by a dot.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace brood {

struct Glob {
  std::vector<std::string> parts;

  // The pattern, or what is wrong with it ("must be relative").
  static std::variant<Glob, std::string> parse(std::string_view text);
};

// Whether one part of a pattern matches one name. Adds to `work` the number of characters looked
// at: a pattern with many stars may need the product of both lengths.
bool matchesName(std::string_view pattern, std::string_view name, uint64_t& work);

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
  };
  Step step(const Places& places, std::string_view name, uint64_t& work) const;

  // All that can match or be on the way here, where that does not take listing the directory.
  std::optional<std::vector<std::string>> onlyNames(const Places& places) const;

 private:
  const std::string& part(Place place) const { return globs_[place.first].parts[place.second]; }
  bool isLast(Place place) const {
    return place.second + 1 == globs_[place.first].parts.size();
  }
  // With the places that are reached by letting `**` stand for no directory.
  void add(Places& places, Place place) const;

  std::vector<Glob> globs_;
};

}  // namespace brood
