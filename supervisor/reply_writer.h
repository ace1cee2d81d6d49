#pragma once
// Turns replies and state into the RPC interface's structs.

#include "rpc/supervisor.capnp.h"
#include "supervisor/dispatcher.h"
#include "supervisor/isolation.h"

namespace brood {

void writeRejection(const RejectionInfo& rejection, rpc::Rejection::Builder out);
void writeResult(const ActiveJob& job, const IsolationReport& isolation,
                 rpc::JobResult::Builder out);
void writeRuntimes(const Profiles& profiles,
                   capnp::List<rpc::RuntimeInfo>::Builder out);

}  // namespace brood
