// A pattern and a name, one on each line.
//
// Properties: what is a pattern matches without reading past its end, in work bounded by the
// product of the lengths, and agrees with fnmatch(3) on ASCII without classes and escapes.
#include <fnmatch.h>

#include <set>

#include "supervisor/files/glob.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {

using namespace supervisor;

namespace {

// Where the two are meant to be the same.
bool isCommonGround(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '[' && c != '\\' && c != '/';
  });
}

void check(std::string_view text) {
  text = text.substr(0, 600);
  const auto line = text.find('\n');
  const std::string pattern(text.substr(0, line));
  const std::string name(line == std::string_view::npos ? "" : text.substr(line + 1));
  if (name.empty() || name.find('/') != std::string::npos) return;
  auto parsed = Glob::parse(pattern);
  auto* glob = std::get_if<Glob>(&parsed);
  if (glob == nullptr) return;
  for (const auto& part : glob->parts) {
    uint64_t work = 0;
    part.matches(name, work);
    require(work <= 4 * (pattern.size() + 1) * (name.size() + 1), "work is bounded");
  }
  if (pattern.find('/') == std::string::npos && isCommonGround(pattern) && isCommonGround(name)) {
    uint64_t work = 0;
    require(NamePattern(pattern).matches(name, work) ==
                (::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0),
            "the same as fnmatch(3)", pattern + " " + name);
  }
  GlobSet set({*glob});
  auto places = set.start();
  for (size_t depth = 0; depth <= glob->parts.size(); ++depth) {
    GlobSet::Step step;
    uint64_t work = 0;
    // A place at a time, as one whose time has run out does.
    for (size_t turns = 0; !set.goOn(places, name, step, work, work + 1); ++turns) {
      require(turns <= places.size(), "each turn takes a place");
    }
    if (auto only = set.onlyNames(places)) {
      const bool named = std::find(only->begin(), only->end(), name) != only->end();
      require(named || (!step.isMatch && step.below.empty()), "no other name can match");
    }
    places = std::move(step.below);
    require(std::set(places.begin(), places.end()).size() == places.size(), "no place comes twice");
    require(std::is_sorted(places.begin(), places.end()), "places ascend");
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
