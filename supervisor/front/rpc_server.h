#pragma once
// The Supervisor capability: what RPC clients call.

#include <capnp/capability.h>

#include "rpc/calls/sessions.capnp.h"
#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/base/metrics.h"
#include "supervisor/checks/isolation_watch.h"
#include "supervisor/egress/egress_access.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/jobs/dispatcher.h"
#include "supervisor/sessions/sessions.h"

namespace brood::supervisor {

class RpcServer final : public rpc::Supervisor::Server {
 public:
  // All borrowed.
  RpcServer(Dispatcher& dispatcher, const RunningJobs& running, Profiles& profiles,
            const Toolchains& toolchains, const SlotPools& slots, ZygoteHost& slotBuilder,
            const CgroupDriver& cgroups, const IsolationReport& isolation,
            const IsolationWatch& isolationWatch, const EgressAccess& egress, Sessions& sessions,
            Metrics& metrics);

  kj::Promise<void> run(RunContext context) override;
  kj::Promise<void> runtimes(RuntimesContext context) override;
  kj::Promise<void> status(StatusContext context) override;
  kj::Promise<void> metrics(MetricsContext context) override;
  kj::Promise<void> sessions(SessionsContext context) override;

 private:
  void noteAfterReply(JobMeasure measure);

  Dispatcher& dispatcher_;
  const RunningJobs& running_;
  Profiles& profiles_;
  const Toolchains& toolchains_;
  const SlotPools& slots_;
  ZygoteHost& slotBuilder_;
  const CgroupDriver& cgroups_;
  const IsolationReport& isolation_;
  const IsolationWatch& isolationWatch_;
  const EgressAccess& egress_;
  Sessions& sessions_;
  rpc::Sessions::Client sessionsServer_;
  Metrics& metrics_;
  kj::TimePoint startedAt_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet afterReplies_;
};

}  // namespace brood::supervisor
