#pragma once
// Turns replies and state into the RPC interface's structs.

#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/base/rejection.h"
#include "supervisor/egress/egress_access.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/jobs/active_job.h"
#include "supervisor/languages/toolchains.h"
#include "supervisor/pools/profiles.h"

namespace brood::supervisor {

void writeEgressStatus(const EgressAccess& access, rpc::EgressStatus::Builder out);
void writeRejection(const RejectionInfo& rejection, rpc::Rejection::Builder out);
// The parts of a result that a cell of a session has as well.
void writeVerdict(const Verdict& verdict, const JobFacts& facts, rpc::JobResult::Builder out);
void writeRichResults(const std::vector<RichResult>& from, rpc::JobResult::Builder out);
void writeResult(const ActiveJob& job, const IsolationReport& isolation,
                 const Toolchains& toolchains, rpc::JobResult::Builder out);
void writeRuntimes(const Profiles& profiles, const Toolchains& toolchains,
                   capnp::List<rpc::RuntimeInfo>::Builder out);
void writeRefusals(const std::vector<ManifestRefusal>& refusals,
                   capnp::List<rpc::RefusedManifest>::Builder out);
void writePool(const std::string& name, const ZygoteInfo& info, const PoolPair& pools,
               rpc::ProfileInfo::Builder out);

}  // namespace brood::supervisor
