#pragma once
// One entry of a list of names: "github.com", "*.npmjs.org:443", "pypi", "10.0.0.5:5432",
// "!evil.example".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "egress/policy/host_name.h"
#include "egress/policy/ip_address.h"

namespace brood::egress {

// Which ports an entry is for: 443 and 80 unless it says one, or all.
class Ports {
 public:
  enum class Kind { usual, one, all };

  static Ports usual() { return Ports(Kind::usual, 0); }
  static Ports one(uint16_t port) { return Ports(Kind::one, port); }
  static Ports all() { return Ports(Kind::all, 0); }

  Kind kind() const { return kind_; }
  // Only for Kind::one.
  uint16_t port() const { return port_; }
  bool contains(uint16_t port) const {
    if (kind_ == Kind::usual) return port == 443 || port == 80;
    return kind_ == Kind::all || port == port_;
  }
  // "443 and 80", "5432", "all ports".
  std::string text() const;

  bool operator==(const Ports&) const = default;

 private:
  Ports(Kind kind, uint16_t port) : kind_(kind), port_(port) {}

  Kind kind_;
  uint16_t port_;
};

// The subject of an entry. `suffix` matches names that end in "." and it, and not itself. A name
// pattern never matches an address, nor a range a name.
struct ExactName {
  std::string name;
  bool operator==(const ExactName&) const = default;
};
struct NameSuffix {
  std::string suffix;
  bool operator==(const NameSuffix&) const = default;
};
struct AnyName {
  bool operator==(const AnyName&) const = default;
};
using Pattern = std::variant<ExactName, NameSuffix, AnyName, IpRange>;

struct Entry {
  // As it was written, which is how refusals and reports call it.
  std::string written;
  bool denies = false;
  // More than one only of a group.
  std::vector<Pattern> patterns;
  Ports ports = Ports::usual();
  // A denial without a port is one of every port.
  bool hasPort() const { return ports.kind() != Ports::Kind::usual; }

  bool matchesHost(const Host& host) const;
  bool matchesAddress(const IpAddress& address) const;
  bool matchesPort(uint16_t port) const { return (denies && !hasPort()) || ports.contains(port); }
};

struct EntryProblem {
  std::string text;
};

// "!" before it, ":port" or ":*" after it; an IPv6 address with a port stands in brackets.
std::variant<Entry, EntryProblem> parseEntry(std::string_view text);

// Whether all that `inner` matches `outer` matches too.
bool covers(const Pattern& outer, const Pattern& inner);
bool matches(const Pattern& pattern, const Host& host);

}  // namespace brood::egress
