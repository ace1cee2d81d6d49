// A pattern and a name, one on each line.
//
// Properties: what is a pattern matches without reading past its end, in work bounded by the
// product of the lengths, and agrees with fnmatch(3) on ASCII without classes and escapes.
#include <fnmatch.h>

#include "supervisor/glob.h"
#include "tests/fuzz/property.h"

namespace brood::fuzz {
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
    const bool matches = matchesName(part, name, work);
    require(work <= 4 * (part.size() + 1) * (name.size() + 1), "work is bounded");
    if (isCommonGround(part) && isCommonGround(name)) {
      require(matches == (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0),
              "the same as fnmatch(3)", part + " " + name);
    }
  }
  GlobSet set({*glob});
  auto places = set.start();
  for (size_t depth = 0; depth <= glob->parts.size(); ++depth) {
    uint64_t work = 0;
    if (auto only = set.onlyNames(places)) {
      auto step = set.step(places, name, work);
      const bool named = std::find(only->begin(), only->end(), name) != only->end();
      require(named || (!step.isMatch && step.below.empty()), "no other name can match");
    }
    places = set.step(places, name, work).below;
  }
}

}  // namespace
}  // namespace brood::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  brood::fuzz::check(brood::fuzz::textOf(data, size));
  return 0;
}
