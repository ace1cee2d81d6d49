#pragma once
// Which host and port a job may reach, and at which addresses.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "egress/policy/entry.h"
#include "egress/policy/host_name.h"
#include "egress/policy/refusal.h"

namespace brood::egress {

// A request's own bounds on what the operator allows: all of it, or only what these entries match
// too. Made by Policy::narrow(). It is asked besides the policy, never instead of it, so nothing in
// it can widen anything.
class Narrowing {
 public:
  static Narrowing everythingAllowed() { return Narrowing(); }
  static Narrowing nothing() { return Narrowing(std::vector<Entry>()); }

  bool matches(const Host& host, uint16_t port) const;

 private:
  friend class Policy;
  Narrowing() = default;
  explicit Narrowing(std::vector<Entry> entries) : entries_(std::move(entries)) {}

  // Nothing: no narrowing.
  std::optional<std::vector<Entry>> entries_;
};

// A host and port that the lists allow; nothing is known of its addresses yet. Only Policy makes
// one.
class Permit {
 public:
  const Host& host() const { return host_; }
  uint16_t port() const { return port_; }
  // The entry that allows it.
  const std::string& rule() const { return rule_; }

 private:
  friend class Policy;
  Permit(Host host, uint16_t port, std::string rule)
      : host_(std::move(host)), port_(port), rule_(std::move(rule)) {}

  Host host_;
  uint16_t port_;
  std::string rule_;
};

// Addresses that have been looked at, of a host and port that the lists allow. The dialler takes
// nothing else, so what was checked is what is connected to. Only Policy makes one.
class ApprovedTarget {
 public:
  const Host& host() const { return permit_.host(); }
  uint16_t port() const { return permit_.port(); }
  const std::string& rule() const { return permit_.rule(); }
  // At least one.
  const std::vector<IpAddress>& addresses() const { return addresses_; }

 private:
  friend class Policy;
  ApprovedTarget(Permit permit, std::vector<IpAddress> addresses)
      : permit_(std::move(permit)), addresses_(std::move(addresses)) {}

  Permit permit_;
  std::vector<IpAddress> addresses_;
};

// Facts about the machine that the broker runs on.
struct Surroundings {
  // Whether this machine itself has the address.
  std::function<bool(const IpAddress&)> isOwnAddress = [](const IpAddress&) { return false; };
  // Where Brood itself listens.
  std::vector<uint16_t> ownPorts;
  // Forbidden besides what always is: the addresses of a cluster's API, say.
  std::vector<IpRange> forbidden;
};

// The operator's list. A value: a new list is a new policy.
class Policy {
 public:
  // Says which entry is none, and why.
  static std::variant<Policy, EntryProblem> of(std::span<const std::string> entries);
  // Allows nothing.
  Policy() = default;

  // Denials first, then what is allowed, then what the request lets through.
  std::variant<Permit, Refusal> decide(const Host& host, uint16_t port,
                                       const Narrowing& narrowing) const;
  // Every answer must be allowed; one that is not refuses the host. An address that no name may
  // lead to is allowed by an entry for the address.
  std::variant<ApprovedTarget, Refusal> approve(const Permit& permit,
                                                std::span<const IpAddress> answers,
                                                const Surroundings& surroundings) const;

  // A request's own list. Each entry must be within what is allowed; a port that it does not say is
  // whatever the operator says.
  std::variant<Narrowing, EntryProblem> narrow(std::span<const std::string> entries) const;

  bool isEmpty() const { return allowed_.empty(); }
  // The entries with an exact name and one port, which a sandbox can have an address of its own
  // for.
  std::vector<std::pair<std::string, uint16_t>> namedPorts() const;

 private:
  std::optional<Refusal> whyNot(const Permit& permit, const IpAddress& address,
                                const Surroundings& surroundings) const;
  bool hasRuleFor(const IpAddress& address, uint16_t port, bool isOwnPort) const;
  std::optional<EntryProblem> whyNotWithin(const Entry& entry) const;
  std::optional<EntryProblem> whyDenied(const Entry& entry) const;

  std::vector<Entry> allowed_, denied_;
};

// The three steps in one, from a client's bytes to what may be looked up.
std::variant<Permit, Refusal> decide(const Policy& policy, const Narrowing& narrowing,
                                     std::string_view host, uint16_t port);

}  // namespace brood::egress
