#pragma once
// Turns replies and state into the RPC interface's structs.

#include "rpc/supervisor.capnp.h"
#include "supervisor/dispatcher.h"
#include "supervisor/isolation.h"

namespace brood {

void writeRejection(const RejectionInfo& rejection, rpc::Rejection::Builder out);
void writeResult(const ActiveJob& job, const IsolationReport& isolation,
                 const Toolchains& toolchains, rpc::JobResult::Builder out);
void writeRuntimes(const Profiles& profiles, const Toolchains& toolchains,
                   capnp::List<rpc::RuntimeInfo>::Builder out);
void writeRefusals(const std::vector<ManifestRefusal>& refusals,
                   capnp::List<rpc::RefusedManifest>::Builder out);
void writePool(const std::string& name, const ZygoteInfo& info, const WarmPool& pool,
               rpc::ProfileInfo::Builder out);

}  // namespace brood
