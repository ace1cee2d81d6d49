#pragma once
// The host that a client asks for, in the one spelling in which it is compared, looked up and
// reported.

#include <string>
#include <string_view>
#include <variant>

#include "egress/policy/ip_address.h"

namespace brood::egress {

// A name of lower-case letters, digits, hyphens and dots, without a dot at its end, whose labels
// have 1 to 63 characters and which has at most 253; international names as A-labels ("xn--...").
// Nothing but readHost() makes one, so what the policy compares is what the resolver is asked for.
class HostName {
 public:
  const std::string& text() const { return text_; }
  bool operator==(const HostName&) const = default;

 private:
  explicit HostName(std::string text) : text_(std::move(text)) {}
  friend std::variant<HostName, IpAddress, struct HostProblem> readHost(std::string_view);

  std::string text_;
};

// Why some bytes are no host. `code` is for results and metrics, `text` for people.
struct HostProblem {
  const char* code;
  std::string text;
};

using Host = std::variant<HostName, IpAddress>;

// A name or an address. The last label of a name must not be a number: such a "name" is an address
// in a spelling that programs read differently (octal, hexadecimal, short), and is refused unless
// it is the usual one. IPv6 may stand in brackets.
std::variant<HostName, IpAddress, HostProblem> readHost(std::string_view text);

std::string textOf(const Host& host);
// Bytes of a client as text for people and reports: whatever is not printable ASCII is replaced by
// '?', and what is longer than 255 is cut.
std::string shownHost(std::string_view text);

}  // namespace brood::egress
