#pragma once
// The supervisor, put together: start-up in order, shutdown in the reverse order.

#include <kj/async.h>

#include <functional>
#include <memory>

#include "config/config.h"
#include "host/features.h"
#include "rpc/loop/uv_io.h"
#include "supervisor/base/instance.h"
#include "supervisor/base/metrics.h"
#include "supervisor/checks/isolation_watch.h"
#include "supervisor/checks/toolchain_probe.h"
#include "supervisor/egress/egress_access.h"
#include "supervisor/front/rpc_server.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/isolation/shared_host.h"
#include "supervisor/jobs/dispatcher.h"
#include "supervisor/jobs/pooled_workers.h"
#include "supervisor/jobs/running_jobs.h"
#include "supervisor/languages/manifest_folders.h"
#include "supervisor/pools/profiles.h"
#include "supervisor/processes/reaper.h"
#include "supervisor/sandboxes/slot_pool.h"
#include "supervisor/sandboxes/worker_starter.h"
#include "supervisor/sessions/sessions.h"
#include "supervisor/usage/cgroup.h"
#include "supervisor/zygotes/zygote_starter.h"

namespace brood::supervisor {

// Owns every part. Members are in order of construction; each uses those above it. Those that have
// to be told by one above them subscribe in the constructor's body.
class System {
 public:
  // `features` as found before any thread or loop; for the tier `user` in its outer namespace.
  // `readEgress` is for a new list of names.
  System(UvAsyncIo& io, const Config& config, const HostFeatures& features, ReadEgress readEgress);
  KJ_DISALLOW_COPY(System);

  // Resolves when a first worker has parked in a first slot and a canary has tried what it can do
  // there: from then on the isolation named in the report is a fact. Rejects with the layer that
  // failed.
  kj::Promise<void> proveIsolation();
  // Resolves when it is known which of the executed languages are installed.
  kj::Promise<void> probeToolchains() { return toolchainProbe_.run(); }
  // Resolves when the instance's sockets take connections, which are then served for good.
  kj::Promise<void> listen();
  // Drains, kills what outlives the configured bound, takes every sandbox apart.
  kj::Promise<void> shutDown();

  const Instance& instance() const { return instance_; }

 private:
  // Opens the socket to its owner, and with `open` to others.
  kj::Promise<void> serve(const std::string& path, capnp::Capability::Client capability,
                          std::function<void()> open);
  void shareSpareSlots();
  void noteHostMemoryGuard(AppliedLayers& applied) const;
  // To the gateway and those who share its group.
  void openRpcSocket();
  kj::Promise<void> bounded(kj::Promise<void> promise, kj::Duration bound, const char* what);

  UvAsyncIo& io_;
  const Config& config_;
  const HostFeatures& features_;
  Instance instance_;
  Metrics metrics_;
  Reaper reaper_;
  RunningJobs running_;
  const Manifests manifests_;
  const SharedHost sharedHost_;
  kj::Own<CgroupDriver> cgroups_;
  IsolationReport isolation_;
  const ZygoteStarter zygotes_;
  kj::Own<ZygoteHost> slotBuilder_;
  // Empty, as all that is outbound, where no job has network.
  kj::Own<EgressBroker> egress_;
  const EgressAccess access_;
  kj::Own<SlotPool> slots_, outboundSlots_;
  const SlotPools slotPools_;
  WorkerStarter starter_;
  kj::Own<WorkerStarter> outboundStarter_;
  const Launchers launchers_;
  kj::Own<Profiles> profiles_;
  Toolchains toolchains_;
  PooledWorkers workers_;
  kj::Own<Dispatcher> dispatcher_;
  kj::Own<Sessions> sessions_;
  ToolchainProbe toolchainProbe_;
  IsolationWatch isolationWatch_;
  capnp::Capability::Client admin_;
  capnp::Capability::Client server_;
  kj::Vector<kj::Promise<void>> serving_;
};

}  // namespace brood::supervisor
