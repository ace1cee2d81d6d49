#include "egress/policy/policy.h"

#include <algorithm>

#include "egress/policy/forbidden_ranges.h"

namespace brood::egress {
namespace {

std::string withPort(const Host& host, uint16_t port) {
  const auto* address = std::get_if<IpAddress>(&host);
  return (address ? address->urlText() : textOf(host)) + ":" + std::to_string(port);
}

Refusal notListed(const Host& host, uint16_t port) {
  const std::string target = withPort(host, port);
  if (std::holds_alternative<IpAddress>(host)) {
    return {"not_listed", "default",
            target + " is an address, and no rule of the operator's allows it; use a name"};
  }
  return {"not_listed", "default", target + " is not on the list of allowed hosts"};
}

// Wherever the machine answers for itself: an address of its own, or any that is looped back.
bool isThisMachine(const IpAddress& address, const Surroundings& surroundings) {
  const auto kind = whyForbidden(address);
  return surroundings.isOwnAddress(address) ||
         (kind && (*kind == "loopback" || *kind == "unspecified"));
}

std::optional<std::string> whyForbiddenHere(const IpAddress& address,
                                            const Surroundings& surroundings) {
  if (const auto kind = whyForbidden(address)) return std::string(*kind);
  if (surroundings.isOwnAddress(address)) return "this machine's own";
  for (const auto& range : surroundings.forbidden) {
    if (range.contains(address)) return "forbidden here (" + range.text() + ")";
  }
  return {};
}

}  // namespace

bool Narrowing::matches(const Host& host, uint16_t port) const {
  if (!entries_) return true;
  return std::any_of(entries_->begin(), entries_->end(), [&](const Entry& entry) {
    return entry.matchesHost(host) && (!entry.hasPort() || entry.matchesPort(port));
  });
}

std::variant<Policy, EntryProblem> Policy::of(std::span<const std::string> entries) {
  Policy policy;
  for (const auto& text : entries) {
    auto parsed = parseEntry(text);
    if (auto* problem = std::get_if<EntryProblem>(&parsed)) return *problem;
    auto& entry = std::get<Entry>(parsed);
    (entry.denies ? policy.denied_ : policy.allowed_).push_back(std::move(entry));
  }
  return policy;
}

std::variant<Permit, Refusal> Policy::decide(const Host& host, uint16_t port,
                                             const Narrowing& narrowing) const {
  const std::string target = withPort(host, port);
  for (const auto& entry : denied_) {
    if (entry.matchesHost(host) && entry.matchesPort(port)) {
      return Refusal{"denied", entry.written, target + " is denied by '" + entry.written + "'"};
    }
  }
  const Entry* otherPort = nullptr;
  for (const auto& entry : allowed_) {
    if (!entry.matchesHost(host)) continue;
    if (!entry.matchesPort(port)) {
      otherPort = &entry;
      continue;
    }
    if (narrowing.matches(host, port)) return Permit(host, port, entry.written);
    return Refusal{"not_requested", "network.allow",
                   target + " is not in the request's own list, network.allow"};
  }
  if (otherPort == nullptr) return notListed(host, port);
  return Refusal{
      "port", otherPort->written,
      target + " is not allowed: '" + otherPort->written + "' is for " + otherPort->ports.text()};
}

bool Policy::hasRuleFor(const IpAddress& address, uint16_t port, bool isOwnPort) const {
  return std::any_of(allowed_.begin(), allowed_.end(), [&](const Entry& entry) {
    const bool namesPort = entry.ports.kind() == Ports::Kind::one;
    return entry.matchesAddress(address) && entry.matchesPort(port) && (namesPort || !isOwnPort);
  });
}

std::optional<Refusal> Policy::whyNot(const Permit& permit, const IpAddress& address,
                                      const Surroundings& surroundings) const {
  const std::string target = withPort(permit.host(), permit.port());
  for (const auto& entry : denied_) {
    if (entry.matchesAddress(address) && entry.matchesPort(permit.port())) {
      return Refusal{
          "denied", entry.written,
          target + " leads to " + address.text() + ", which '" + entry.written + "' denies"};
    }
  }
  const auto& ports = surroundings.ownPorts;
  const bool isOwnPort = isThisMachine(address, surroundings) &&
                         std::find(ports.begin(), ports.end(), permit.port()) != ports.end();
  const auto kind = whyForbiddenHere(address, surroundings);
  if (!kind || hasRuleFor(address, permit.port(), isOwnPort)) return {};
  return Refusal{"forbidden_address", *kind,
                 target + " leads to " + address.text() + ", an address that is " + *kind +
                     " and that no rule allows"};
}

std::variant<ApprovedTarget, Refusal> Policy::approve(const Permit& permit,
                                                      std::span<const IpAddress> answers,
                                                      const Surroundings& surroundings) const {
  for (const auto& address : answers) {
    if (auto refusal = whyNot(permit, address, surroundings)) return *refusal;
  }
  if (answers.empty()) {
    return Refusal{"no_address", "name service",
                   withPort(permit.host(), permit.port()) + " has no address", true};
  }
  return ApprovedTarget(permit, {answers.begin(), answers.end()});
}

std::optional<EntryProblem> Policy::whyNotWithin(const Entry& entry) const {
  for (const auto& inner : entry.patterns) {
    const bool isWithin = std::any_of(allowed_.begin(), allowed_.end(), [&](const Entry& outer) {
      const bool hasPorts =
          !entry.hasPort() || outer.ports == entry.ports ||
          outer.ports.kind() == Ports::Kind::all ||
          (entry.ports.kind() == Ports::Kind::one && outer.matchesPort(entry.ports.port()));
      return hasPorts && std::any_of(outer.patterns.begin(), outer.patterns.end(),
                                     [&](const Pattern& each) { return covers(each, inner); });
    });
    if (!isWithin) {
      return EntryProblem{"'" + entry.written + "' is more than the operator allows"};
    }
  }
  return {};
}

std::optional<EntryProblem> Policy::whyDenied(const Entry& entry) const {
  for (const auto& outer : denied_) {
    const bool hasPorts =
        !outer.hasPort() || outer.ports == entry.ports || outer.ports.kind() == Ports::Kind::all;
    for (const auto& inner : entry.patterns) {
      const bool isWithin = std::any_of(outer.patterns.begin(), outer.patterns.end(),
                                        [&](const Pattern& each) { return covers(each, inner); });
      if (hasPorts && isWithin) {
        return EntryProblem{"'" + entry.written + "' is denied by '" + outer.written + "'"};
      }
    }
  }
  return {};
}

std::variant<Narrowing, EntryProblem> Policy::narrow(std::span<const std::string> entries) const {
  std::vector<Entry> narrowed;
  for (const auto& text : entries) {
    auto parsed = parseEntry(text);
    if (auto* problem = std::get_if<EntryProblem>(&parsed)) return *problem;
    auto& entry = std::get<Entry>(parsed);
    const bool isEverything = std::holds_alternative<AnyName>(entry.patterns[0]);
    if (entry.denies || isEverything) {
      return EntryProblem{"'" + shownHost(text) + "': only the operator's list has '!' and '*'"};
    }
    if (auto problem = whyNotWithin(entry)) return *problem;
    if (auto problem = whyDenied(entry)) return *problem;
    narrowed.push_back(std::move(entry));
  }
  return Narrowing(std::move(narrowed));
}

std::vector<std::pair<std::string, uint16_t>> Policy::namedPorts() const {
  std::vector<std::pair<std::string, uint16_t>> found;
  for (const auto& entry : allowed_) {
    if (entry.ports.kind() != Ports::Kind::one) continue;
    for (const auto& pattern : entry.patterns) {
      if (const auto* exact = std::get_if<ExactName>(&pattern)) {
        found.emplace_back(exact->name, entry.ports.port());
      }
    }
  }
  return found;
}

std::variant<Permit, Refusal> decide(const Policy& policy, const Narrowing& narrowing,
                                     std::string_view host, uint16_t port) {
  auto read = readHost(host);
  if (const auto* problem = std::get_if<HostProblem>(&read)) {
    return Refusal{problem->code, "host names", problem->text};
  }
  if (auto* name = std::get_if<HostName>(&read)) return policy.decide(*name, port, narrowing);
  return policy.decide(std::get<IpAddress>(read), port, narrowing);
}

}  // namespace brood::egress
