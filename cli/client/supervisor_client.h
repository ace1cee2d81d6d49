#pragma once
// A connection to one of the supervisor's RPC sockets.

#include <capnp/rpc-twoparty.h>

#include <string>

#include "rpc/calls/supervisor.capnp.h"
#include "rpc/loop/uv_io.h"

namespace brood::cli {

class SupervisorClient {
 public:
  // Throws CliError, with what to do about it, when nobody answers at `socketPath`.
  SupervisorClient(UvAsyncIo& io, const std::string& socketPath);
  KJ_DISALLOW_COPY(SupervisorClient);

  rpc::Supervisor::Client supervisor() { return bootstrap_.castAs<rpc::Supervisor>(); }
  // Where `socketPath` is the owner's own.
  rpc::Admin::Client admin() { return bootstrap_.castAs<rpc::Admin>(); }

 private:
  kj::Own<kj::AsyncIoStream> stream_;
  capnp::TwoPartyVatNetwork network_;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> system_;
  capnp::Capability::Client bootstrap_;
};

}  // namespace brood::cli
