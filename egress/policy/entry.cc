#include "egress/policy/entry.h"

#include <algorithm>
#include <charconv>

#include "egress/policy/groups.h"

namespace brood::egress {
namespace {

bool isBelow(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() + 1 && name.ends_with(suffix) &&
         name[name.size() - suffix.size() - 1] == '.';
}

std::optional<Ports> parsePorts(std::string_view text) {
  if (text == "*") return Ports::all();
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool isNumber = error == std::errc() && end == text.data() + text.size();
  if (!isNumber || port == 0 || port > 65535 || text[0] == '0') return {};
  return Ports::one(static_cast<uint16_t>(port));
}

// Where ":port" begins: behind the bracket of an IPv6 address, and nowhere in one without brackets.
size_t colonOf(std::string_view text) {
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    return bracket == std::string_view::npos ? bracket : text.find(':', bracket);
  }
  const auto colon = text.find(':');
  const bool isSingle = colon == text.rfind(':');
  return isSingle ? colon : std::string_view::npos;
}

std::string_view withoutBrackets(std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']')) return text;
  return text.substr(1, text.size() - 2);
}

std::variant<Pattern, EntryProblem> parsePattern(std::string_view text) {
  if (text == "*") return AnyName{};
  const bool isSuffix = text.starts_with("*.");
  if (!isSuffix) {
    if (const auto range = IpRange::parse(withoutBrackets(text))) return *range;
    if (text.find('/') != std::string_view::npos) {
      return EntryProblem{"is no range of addresses; bits beyond its prefix must be zero"};
    }
  }
  const auto host = readHost(isSuffix ? text.substr(2) : text);
  if (const auto* problem = std::get_if<HostProblem>(&host)) return EntryProblem{problem->text};
  if (const auto* name = std::get_if<HostName>(&host)) {
    if (isSuffix) return NameSuffix{name->text()};
    return ExactName{name->text()};
  }
  return EntryProblem{"an address has no names below it"};
}

struct Covers {
  bool operator()(const ExactName& outer, const ExactName& inner) const { return outer == inner; }
  bool operator()(const NameSuffix& outer, const ExactName& inner) const {
    return isBelow(inner.name, outer.suffix);
  }
  bool operator()(const NameSuffix& outer, const NameSuffix& inner) const {
    return outer == inner || isBelow(inner.suffix, outer.suffix);
  }
  bool operator()(const AnyName&, const ExactName&) const { return true; }
  bool operator()(const AnyName&, const NameSuffix&) const { return true; }
  bool operator()(const AnyName&, const AnyName&) const { return true; }
  bool operator()(const IpRange& outer, const IpRange& inner) const {
    return outer.contains(inner);
  }
  template <typename Outer, typename Inner>
  bool operator()(const Outer&, const Inner&) const {
    return false;
  }
};

}  // namespace

std::string Ports::text() const {
  switch (kind_) {
    case Kind::usual:
      return "443 and 80";
    case Kind::one:
      return std::to_string(port_);
    case Kind::all:
      return "all ports";
  }
  return {};
}

bool covers(const Pattern& outer, const Pattern& inner) {
  return std::visit(Covers(), outer, inner);
}

bool matches(const Pattern& pattern, const Host& host) {
  if (const auto* name = std::get_if<HostName>(&host)) {
    return covers(pattern, ExactName{name->text()});
  }
  return covers(pattern, IpRange::one(std::get<IpAddress>(host)));
}

bool Entry::matchesHost(const Host& host) const {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& pattern) { return matches(pattern, host); });
}

bool Entry::matchesAddress(const IpAddress& address) const { return matchesHost(Host(address)); }

std::variant<Entry, EntryProblem> parseEntry(std::string_view text) {
  Entry entry;
  entry.written = std::string(text);
  const auto problem = [&](const std::string& why) {
    return EntryProblem{"'" + shownHost(text) + "': " + why};
  };
  std::string_view rest = text;
  if (rest.starts_with('!')) {
    entry.denies = true;
    rest.remove_prefix(1);
  }
  const size_t colon = colonOf(rest);
  if (colon != std::string_view::npos) {
    const auto ports = parsePorts(rest.substr(colon + 1));
    if (!ports) return problem("a port is 1 to 65535, or *");
    entry.ports = *ports;
    rest = rest.substr(0, colon);
  }
  if (const Group* group = findGroup(rest)) {
    for (const auto member : group->members) {
      entry.patterns.push_back(std::get<Pattern>(parsePattern(member)));
    }
    return entry;
  }
  const auto pattern = parsePattern(rest);
  if (const auto* why = std::get_if<EntryProblem>(&pattern)) return problem(why->text);
  entry.patterns.push_back(std::get<Pattern>(pattern));
  return entry;
}

}  // namespace brood::egress
