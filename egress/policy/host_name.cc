#include "egress/policy/host_name.h"

#include <algorithm>

namespace brood::egress {
namespace {

constexpr size_t kLongestName = 253;
constexpr size_t kLongestLabel = 63;
constexpr size_t kLongestShown = 255;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isHexDigit(char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); }

// Not the locale's.
char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool isOfNames(char c) { return (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '.'; }

// A URL parser takes a host for an IPv4 address when its last label is one of these.
bool isNumber(std::string_view label) {
  if (label.starts_with("0x")) {
    return std::all_of(label.begin() + 2, label.end(), isHexDigit);
  }
  return std::all_of(label.begin(), label.end(), isDigit);
}

// Whether somebody may have meant an IPv6 address: its characters, and a zone.
bool resemblesIpv6(std::string_view text) {
  constexpr std::string_view kOfAddresses = "0123456789abcdefABCDEFxX:.";
  return text.substr(0, text.find('%')).find_first_not_of(kOfAddresses) == std::string_view::npos;
}

HostProblem malformed(std::string_view text, const std::string& why) {
  return {"malformed_host", "'" + shownHost(text) + "' is no host name: " + why};
}

HostProblem unusualAddress(std::string_view text) {
  return {"address_spelling",
          "'" + shownHost(text) +
              "' is an address in an unusual spelling; write 192.0.2.1 or [2001:db8::1]"};
}

// Nothing if `name` (lower case, no dot at the end) is one.
std::string whyNoName(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > kLongestName) return "it has more than 253 characters";
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    if (end == begin) return "a label is empty";
    if (end - begin > kLongestLabel) return "a label has more than 63 characters";
    begin = end + 1;
  }
  return {};
}

}  // namespace

std::variant<HostName, IpAddress, HostProblem> readHost(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']') &&
      resemblesIpv6(text.substr(1, text.size() - 2))) {
    const auto address = IpAddress::parse(text.substr(1, text.size() - 2));
    if (address && !address->isV4()) return *address;
    return unusualAddress(text);
  }
  if (text.find(':') != std::string_view::npos) {
    if (const auto address = IpAddress::parse(text)) return *address;
    if (resemblesIpv6(text)) return unusualAddress(text);
    return malformed(text, "a name has no ':'");
  }

  std::string name(text.substr(0, text.size() - (text.ends_with('.') ? 1 : 0)));
  std::transform(name.begin(), name.end(), name.begin(), lowered);
  if (!std::all_of(name.begin(), name.end(), isOfNames)) {
    return malformed(text, "only letters of ASCII, digits, '-' and '.' are allowed");
  }
  if (const std::string why = whyNoName(name); !why.empty()) return malformed(text, why);
  if (isNumber(std::string_view(name).substr(name.rfind('.') + 1))) {
    if (const auto address = IpAddress::parse(name)) return *address;
    return unusualAddress(text);
  }
  return HostName(std::move(name));
}

std::string textOf(const Host& host) {
  if (const auto* name = std::get_if<HostName>(&host)) return name->text();
  return std::get<IpAddress>(host).text();
}

std::string shownHost(std::string_view text) {
  std::string shown(text.substr(0, kLongestShown));
  for (char& c : shown) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return shown;
}

}  // namespace brood::egress
