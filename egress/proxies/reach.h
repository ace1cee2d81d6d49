#pragma once
// The way from what a client asked for to a connection, on which everything is decided.

#include <kj/async-io.h>
#include <kj/compat/tls.h>
#include <kj/timer.h>

#include <string>
#include <variant>

#include "egress/network/dialler.h"
#include "egress/network/resolver.h"
#include "egress/proxies/job.h"
#include "egress/proxies/settings.h"

namespace brood::egress {

// The parts that connections are made with. Borrowed.
struct Services {
  kj::LowLevelAsyncIoProvider& io;
  kj::Timer& timer;
  Resolver& resolver;
  Dialler& dialler;
  // Replaced when there is a new list; each request takes what is there then.
  const SettingsPtr& settings;
  kj::TlsContext& tls;
};

// A connection that stands, to a host and port that are allowed.
struct Reached {
  kj::Own<kj::AsyncIoStream> stream;
  ApprovedTarget target;
  HostUse& use;
};
using Reaching = std::variant<Reached, Refusal>;

// Decides, looks the name up, looks at every answer, and dials. What comes of it is noted on the
// job's account. `policy` is the settings' own or an alias's.
kj::Promise<Reaching> reach(const Services& services, SettingsPtr settings, const Policy& policy,
                            Job& job, const std::string& host, uint16_t port);

// Whether a target that was approved once still would be.
bool isStillAllowed(const ApprovedTarget& target, const Policy& policy, const Narrowing& narrowing,
                    const Surroundings& surroundings);

}  // namespace brood::egress
