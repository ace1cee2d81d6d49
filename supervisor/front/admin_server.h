#pragma once
// The Admin capability: profiles that come and go while the supervisor runs, and another list of
// names that jobs may reach.

#include <functional>

#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/egress/egress_access.h"
#include "supervisor/pools/profiles.h"

namespace brood::supervisor {

class AdminServer final : public rpc::Admin::Server {
 public:
  // Borrowed, but for the function.
  AdminServer(Profiles& profiles, const EgressAccess& egress, ReadEgress readEgress)
      : profiles_(profiles), egress_(egress), readEgress_(std::move(readEgress)) {}

  kj::Promise<void> addProfile(AddProfileContext context) override;
  kj::Promise<void> removeProfile(RemoveProfileContext context) override;
  kj::Promise<void> reloadEgress(ReloadEgressContext context) override;

 private:
  Profiles& profiles_;
  const EgressAccess& egress_;
  const ReadEgress readEgress_;
};

}  // namespace brood::supervisor
