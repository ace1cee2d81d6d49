#pragma once
// The Supervisor capability: what RPC clients call.

#include <capnp/capability.h>

#include "rpc/supervisor.capnp.h"
#include "supervisor/dispatcher.h"
#include "supervisor/isolation.h"
#include "supervisor/isolation_watch.h"
#include "supervisor/metrics.h"

namespace brood {

class RpcServer final : public rpc::Supervisor::Server {
 public:
  // All borrowed.
  RpcServer(Dispatcher& dispatcher, Profiles& profiles, const Toolchains& toolchains,
            SlotPool& slots, ZygoteHost& slotBuilder, const CgroupDriver& cgroups,
            const IsolationReport& isolation,
            const IsolationWatch& isolationWatch, Metrics& metrics);

  kj::Promise<void> run(RunContext context) override;
  kj::Promise<void> runtimes(RuntimesContext context) override;
  kj::Promise<void> status(StatusContext context) override;
  kj::Promise<void> metrics(MetricsContext context) override;

 private:
  void noteAfterReply(JobMeasure measure);

  Dispatcher& dispatcher_;
  Profiles& profiles_;
  const Toolchains& toolchains_;
  SlotPool& slots_;
  ZygoteHost& slotBuilder_;
  const CgroupDriver& cgroups_;
  const IsolationReport& isolation_;
  const IsolationWatch& isolationWatch_;
  Metrics& metrics_;
  kj::TimePoint startedAt_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet afterReplies_;
};

}  // namespace brood
