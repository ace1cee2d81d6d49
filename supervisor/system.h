#pragma once
// The supervisor, put together: start-up in order, shutdown in the reverse order.

#include <kj/async.h>

#include <functional>
#include <memory>

#include "config/config.h"
#include "host/features.h"
#include "rpc/uv_io.h"
#include "supervisor/cgroup.h"
#include "supervisor/dispatcher.h"
#include "supervisor/instance.h"
#include "supervisor/isolation.h"
#include "supervisor/isolation_watch.h"
#include "supervisor/metrics.h"
#include "supervisor/profiles.h"
#include "supervisor/reaper.h"
#include "supervisor/rpc_server.h"
#include "supervisor/shared_host.h"
#include "supervisor/slot_pool.h"
#include "supervisor/toolchain_probe.h"
#include "supervisor/worker_handle.h"
#include "supervisor/zygote_host.h"

namespace brood {

// Owns every part. Members are in order of construction; each may use those above it.
class System {
 public:
  // `features` as found before any thread or loop; for the tier `user` in its outer namespace.
  System(UvAsyncIo& io, const Config& config, const HostFeatures& features);
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
  kj::Promise<void> bounded(kj::Promise<void> promise, kj::Duration bound, const char* what);

  UvAsyncIo& io_;
  const Config& config_;
  const HostFeatures& features_;
  Instance instance_;
  Metrics metrics_;
  Reaper reaper_;
  const SharedHost sharedHost_;
  kj::Own<CgroupDriver> cgroups_;
  IsolationReport isolation_;
  kj::Own<ZygoteHost> slotBuilder_;
  kj::Own<SlotPool> slots_;
  WorkerStarter starter_;
  kj::Own<Profiles> profiles_;
  Toolchains toolchains_;
  kj::Own<Dispatcher> dispatcher_;
  ToolchainProbe toolchainProbe_;
  IsolationWatch isolationWatch_;
  capnp::Capability::Client admin_;
  capnp::Capability::Client server_;
  kj::Vector<kj::Promise<void>> serving_;
};

}  // namespace brood
