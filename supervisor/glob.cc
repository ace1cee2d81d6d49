#include "supervisor/glob.h"

#include <algorithm>

#include "rpc/utf8.h"
#include "supervisor/relative_path.h"

namespace brood {
namespace {

constexpr std::string_view kAnyDepth = "**";

// The first character, in bytes. What is not UTF-8 counts byte by byte.
size_t characterAt(std::string_view text) {
  const auto step = nextUtf8Sequence(text);
  return step.kind == Utf8Sequence::Kind::valid ? step.length : 1;
}

// UTF-8 sorts as its code points do, so that ranges compare text.
struct ClassMatch {
  bool matches;
  size_t length;  // Of the class in the pattern, brackets included.
};

std::string_view takeCharacter(std::string_view pattern, size_t& position) {
  if (pattern[position] == '\\') ++position;
  const auto rest = pattern.substr(position);
  const auto character = rest.substr(0, characterAt(rest));
  position += character.size();
  return character;
}

// `pattern` begins with '[', and parse() has seen that it ends.
ClassMatch matchClass(std::string_view pattern, std::string_view character) {
  size_t position = 1;
  const bool negated = pattern[position] == '!' || pattern[position] == '^';
  if (negated) ++position;
  bool found = false;
  for (bool first = true; first || pattern[position] != ']'; first = false) {
    const auto low = takeCharacter(pattern, position);
    auto high = low;
    if (pattern[position] == '-' && pattern[position + 1] != ']') {
      ++position;
      high = takeCharacter(pattern, position);
    }
    found |= low <= character && character <= high;
  }
  return {found != negated, position + 1};
}

// Where the class that begins at `position` ends; npos if it does not.
size_t endOfClass(std::string_view part, size_t position) {
  ++position;
  if (position < part.size() && (part[position] == '!' || part[position] == '^')) ++position;
  for (bool first = true; position < part.size(); first = false) {
    if (part[position] == ']' && !first) return position + 1;
    if (part[position] == '\\') ++position;
    ++position;
  }
  return std::string_view::npos;
}

std::string problemOfPart(std::string_view part) {
  for (size_t position = 0; position < part.size();) {
    if (part[position] == '\\') {
      if (position + 1 == part.size()) return "must have a character after '\\'";
      position += 2;
    } else if (part[position] == '[') {
      position = endOfClass(part, position);
      if (position == std::string_view::npos) return "must close '[' with ']'";
    } else {
      ++position;
    }
  }
  return "";
}

// What a name must be if the part has no wildcards.
std::optional<std::string> literalOf(std::string_view part) {
  std::string name;
  for (size_t position = 0; position < part.size(); ++position) {
    if (part[position] == '*' || part[position] == '?' || part[position] == '[') return {};
    if (part[position] == '\\') ++position;
    name += part[position];
  }
  return name;
}

bool isHidden(std::string_view name) { return name.front() == '.'; }

bool startsWithDot(std::string_view part) { return part.front() == '.' || part.starts_with("\\."); }

// One character of the pattern against the beginning of the name: how much of both it takes, or
// nothing.
struct OneMatch {
  size_t patternBytes = 0;
  size_t nameBytes = 0;
};
std::optional<OneMatch> matchOne(std::string_view pattern, std::string_view name) {
  if (pattern.empty() || name.empty()) return {};
  const auto character = name.substr(0, characterAt(name));
  if (pattern.front() == '?') return OneMatch{1, character.size()};
  if (pattern.front() == '[') {
    const auto match = matchClass(pattern, character);
    if (!match.matches) return {};
    return OneMatch{match.length, character.size()};
  }
  size_t position = 0;
  if (takeCharacter(pattern, position) != character) return {};
  return OneMatch{position, character.size()};
}

}  // namespace

std::variant<Glob, std::string> Glob::parse(std::string_view text) {
  if (auto problem = problemOfPath(text); !problem.empty()) return problem;
  Glob glob;
  for (const auto part : partsOf(text)) {
    if (auto problem = problemOfPart(part); !problem.empty()) return problem;
    // Two in a row mean no more than one.
    if (part == kAnyDepth && !glob.parts.empty() && glob.parts.back() == kAnyDepth) continue;
    glob.parts.emplace_back(part);
  }
  if (glob.parts.back() == kAnyDepth) glob.parts.emplace_back("*");
  return glob;
}

bool matchesName(std::string_view pattern, std::string_view name, uint64_t& work) {
  if (isHidden(name) && !startsWithDot(pattern)) return false;
  // The last star, and how far the name had come then: a mismatch lets it take one more character.
  // Earlier stars need no second thought, for what follows them has been matched as early as
  // possible.
  std::string_view afterStar;
  std::string_view retryAt;
  bool hasStar = false;
  for (;;) {
    ++work;
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      afterStar = pattern;
      retryAt = name;
      hasStar = true;
      continue;
    }
    if (pattern.empty() && name.empty()) return true;
    if (const auto match = matchOne(pattern, name)) {
      pattern.remove_prefix(match->patternBytes);
      name.remove_prefix(match->nameBytes);
      continue;
    }
    if (!hasStar || retryAt.empty()) return false;
    retryAt.remove_prefix(characterAt(retryAt));
    pattern = afterStar;
    name = retryAt;
  }
}

void GlobSet::add(Places& places, Place place) const {
  if (std::find(places.begin(), places.end(), place) != places.end()) return;
  places.push_back(place);
  if (part(place) == kAnyDepth) add(places, {place.first, place.second + 1});
}

GlobSet::Places GlobSet::start() const {
  Places places;
  for (uint32_t i = 0; i < globs_.size(); ++i) add(places, {i, 0});
  return places;
}

GlobSet::Step GlobSet::step(const Places& places, std::string_view name, uint64_t& work) const {
  Step step;
  for (const auto& place : places) {
    if (part(place) == kAnyDepth) {
      if (!isHidden(name)) add(step.below, place);
    } else if (matchesName(part(place), name, work)) {
      if (isLast(place)) {
        step.isMatch = true;
      } else {
        add(step.below, {place.first, place.second + 1});
      }
    }
  }
  return step;
}

std::optional<std::vector<std::string>> GlobSet::onlyNames(const Places& places) const {
  std::vector<std::string> names;
  for (const auto& place : places) {
    auto name = literalOf(part(place));
    if (!name) return {};
    names.push_back(std::move(*name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace brood
