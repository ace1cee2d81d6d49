#pragma once
// A connection to the supervisor's RPC socket.

#include <capnp/rpc-twoparty.h>

#include <string>

#include "rpc/supervisor.capnp.h"
#include "rpc/uv_io.h"

namespace brood {

class SupervisorClient {
 public:
  // Throws CliError, with what to do about it, when nobody answers at `socketPath`.
  SupervisorClient(UvAsyncIo& io, const std::string& socketPath);
  KJ_DISALLOW_COPY(SupervisorClient);

  rpc::Supervisor::Client supervisor() { return supervisor_; }

 private:
  kj::Own<kj::AsyncIoStream> stream_;
  capnp::TwoPartyClient client_;
  rpc::Supervisor::Client supervisor_;
};

}  // namespace brood
