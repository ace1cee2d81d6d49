#pragma once
// The Admin capability: profiles that come and go while the supervisor runs.

#include "rpc/supervisor.capnp.h"
#include "supervisor/profiles.h"

namespace brood {

class AdminServer final : public rpc::Admin::Server {
 public:
  // Borrowed.
  explicit AdminServer(Profiles& profiles) : profiles_(profiles) {}

  kj::Promise<void> addProfile(AddProfileContext context) override;
  kj::Promise<void> removeProfile(RemoveProfileContext context) override;

 private:
  Profiles& profiles_;
};

}  // namespace brood
