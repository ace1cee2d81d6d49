#pragma once
// A zygote that makes children which pause: sandboxes in directories of the test's, and workers.

#include <capnp/message.h>
#include <fcntl.h>
#include <kj/debug.h>

#include <filesystem>
#include <string>
#include <vector>

#include "supervisor/isolation/shared_host.h"
#include "supervisor/sandboxes/slot_pool.h"
#include "tests/unit/supervisor/processes/paused_child.h"
#include "tests/unit/supervisor/sandboxes/own_folder.h"

namespace brood::supervisor {

class PlayedZygote final : public ForkSource {
 public:
  explicit PlayedZygote(Reaper& reaper) : reaper_(reaper) {}

  bool ready() const override { return isReady; }
  kj::Promise<void> whenReady() override { return kj::READY_NOW; }
  bool executesPrograms() const override { return true; }
  kj::Promise<kj::Own<ChildProcess>> request(
      const std::function<void(wire::ZygoteRequest::Builder)>& fill,
      kj::ArrayPtr<const int> fds) override {
    capnp::MallocMessageBuilder message;
    auto request = message.initRoot<wire::ZygoteRequest>();
    fill(request);
    ++requests;
    if (!failures.empty()) {
      auto failure = kj::mv(failures.back());
      failures.pop_back();
      return kj::mv(failure);
    }
    if (request.isBuildSlot()) {
      auto slot = request.getBuildSlot();
      ids.push_back(slot.getSlotId());
      const std::string place = slot.getPlace().cStr();
      std::filesystem::create_directories(place + "/workspace");
      std::filesystem::create_directories(place + "/tmp");
    } else {
      if (!forksWorkers) return KJ_EXCEPTION(FAILED, "it forks no workers");
      workerChannel = OwnedFd(::fcntl(fds[1], F_DUPFD_CLOEXEC, 0));
    }
    lastPid = forkPaused();
    return kj::heap<ChildProcess>(
        lastPid, ::getpid(), pidfdOf(lastPid), LayerSet(),
        endsAreTold ? reaper_.onExit(lastPid) : kj::Promise<ProcessExit>(kj::NEVER_DONE), SIGKILL);
  }

  bool isReady = true, forksWorkers = true;
  bool endsAreTold = true;  // Those of the children to come.
  int requests = 0;
  std::vector<kj::Exception> failures;  // The last is the next.
  std::vector<uint32_t> ids;            // Those of the sandboxes that it has built.
  OwnedFd workerChannel;                // The last worker's.
  pid_t lastPid = -1;

 private:
  Reaper& reaper_;
};

// A pool of such sandboxes.
struct PlayedSlots {
  PlayedSlots(UvAsyncIo& io, kj::Timer& timer, uint32_t maxSlots, uint32_t spareSlots)
      : reaper(io.port()), zygote(reaper) {
    config.sandbox.maxSlots = maxSlots;
    config.sandbox.spareSlots = spareSlots;
    pool = kj::heap<SlotPool>(timer, zygote, *cgroups, SandboxFactory(host), Tier::process, config,
                              SlotLimits{}, metrics);
  }

  OwnFolder folder;
  Reaper reaper;
  Config config;
  Metrics metrics;
  kj::Own<CgroupDriver> cgroups = newCgroupDriver({"none", "brood-test", "slots"});
  const SharedHost host{HostFeatures{}, config, folder.path()};
  PlayedZygote zygote;
  kj::Own<SlotPool> pool;
};

}  // namespace brood::supervisor
