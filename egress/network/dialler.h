#pragma once
// Connects to addresses that the policy has approved, and to no others.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <string>
#include <variant>

#include "egress/policy/policy.h"

namespace brood::egress {

struct DialProblem {
  std::string text;
};
using Dialled = std::variant<kj::Own<kj::AsyncIoStream>, DialProblem>;

// Tries a target's addresses in the order that they came in, IPv4 and IPv6 in turn, each a moment
// after the one before unless that has failed by then (RFC 8305). The first connection that stands
// is the one.
class Dialler {
 public:
  // Both borrowed.
  Dialler(kj::LowLevelAsyncIoProvider& io, kj::Timer& timer) : io_(io), timer_(timer) {}

  kj::Promise<Dialled> dial(const ApprovedTarget& target, kj::Duration timeout);

 private:
  class Race;

  kj::LowLevelAsyncIoProvider& io_;
  kj::Timer& timer_;
};

}  // namespace brood::egress
