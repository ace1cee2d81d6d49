#include "egress/proxies/aliases.h"

#include <algorithm>

#include "egress/protocols/authority.h"

namespace brood::egress {
namespace {

constexpr std::string_view kScheme = "https://";

bool isAliasName(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= 63 &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

// Everything that could end a header field early.
bool isFieldText(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

bool isFieldName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

bool containsAny(const std::string& text, const std::vector<std::string>& secrets) {
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return !secret.empty() && text.find(secret) != std::string::npos;
  });
}

}  // namespace

std::variant<Alias, std::string> Alias::of(AliasSpec spec, std::vector<std::string> entries) {
  Alias alias;
  const auto problem = [&](const std::string& why) {
    return "egress.aliases." + shownHost(spec.name) + ": " + why;
  };
  if (!isAliasName(spec.name)) return problem("a name has lower-case letters, digits, '-' and '_'");
  if (!spec.origin.starts_with(kScheme))
    return problem("origin must be https://host[:port][/path]");
  const auto rest = std::string_view(spec.origin).substr(kScheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  const auto authority = splitAuthority(rest.substr(0, slash));
  if (!authority || rest.find_first_of("?#") != std::string_view::npos) {
    return problem("origin must be https://host[:port][/path]");
  }
  const auto host = readHost(authority->host);
  if (!std::holds_alternative<HostName>(host)) return problem("its origin's host is no name");
  for (const auto& [name, value] : spec.headers) {
    if (!isFieldName(name) || !isFieldText(value))
      return problem("header " + name + " is malformed");
  }
  alias.host_ = std::get<HostName>(host).text();
  alias.port_ = authority->port.value_or(443);
  alias.basePath_ = std::string(rest.substr(slash));
  while (alias.basePath_.ends_with('/')) alias.basePath_.pop_back();
  entries.push_back(alias.host_ + ":" + std::to_string(alias.port_));
  auto policy = Policy::of(entries);
  if (const auto* why = std::get_if<EntryProblem>(&policy)) return problem(why->text);
  alias.policy_ = std::get<Policy>(std::move(policy));
  alias.spec_ = std::move(spec);
  return alias;
}

std::string Alias::authority() const {
  return port_ == 443 ? host_ : host_ + ":" + std::to_string(port_);
}

void Alias::inject(Fields& fields) const {
  for (const auto& header : spec_.headers) removeField(fields, header.first);
  fields.insert(fields.end(), spec_.headers.begin(), spec_.headers.end());
}

void Alias::removeEchoes(Fields& fields) const {
  std::erase_if(fields, [&](const auto& field) {
    return containsAny(field.first, spec_.secrets) || containsAny(field.second, spec_.secrets);
  });
}

const Alias* Aliases::find(std::string_view name) const {
  const auto found = std::find_if(aliases_.begin(), aliases_.end(),
                                  [&](const Alias& alias) { return alias.name() == name; });
  return found == aliases_.end() ? nullptr : &*found;
}

std::string Aliases::names() const {
  std::string list;
  for (const auto& alias : aliases_) list += (list.empty() ? "" : ", ") + alias.name();
  return list;
}

}  // namespace brood::egress
