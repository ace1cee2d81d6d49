#pragma once
// A warm pool without a zygote's process: the test says what is forked, and when.

#include "supervisor/pools/warm_pool.h"
#include "tests/unit/supervisor/sandboxes/played_worker.h"

namespace brood::supervisor {

// Is asked how it is, and for nothing else.
class StillZygote final : public ForkSource {
 public:
  bool ready() const override { return isReady; }
  kj::Promise<void> whenReady() override { return kj::NEVER_DONE; }
  bool executesPrograms() const override { return false; }
  bool knowsLargeJobs() const override { return large; }
  bool isLargeJob(kj::ArrayPtr<const kj::byte>) const override { return large; }
  kj::Promise<kj::Own<ChildProcess>> request(
      const std::function<void(wire::ZygoteRequest::Builder)>&, kj::ArrayPtr<const int>) override {
    return KJ_EXCEPTION(FAILED, "the launcher is the test's");
  }
  bool isLeaving(pid_t zygote) const override { return zygote == leaving; }
  bool isAnyLeaving() const override { return leaving != -1; }

  bool isReady = true;
  bool large = false;  // All jobs are.
  pid_t leaving = -1;
};

struct PlayedPool {
  PlayedPool(kj::Timer& timer, kj::WaitScope& waitScope, uint32_t target)
      : PlayedPool(timer, waitScope, configOf(target)) {}
  PlayedPool(kj::Timer& timer, kj::WaitScope& waitScope, ProfileConfig wanted)
      : waitScope(waitScope),
        governor(timer, 1000, MemoryPressure(0, "/nowhere", "/nowhere")),
        config(std::move(wanted)),
        pool(timer, zygote, launcher, governor, config) {}

  static ProfileConfig configOf(uint32_t target) {
    ProfileConfig config;
    config.minIdle = target;
    config.targetIdle = target;
    return config;
  }
  // The next worker that the pool has asked for is this one.
  void park(PlayedWorker worker) {
    KJ_REQUIRE(!launcher.launches.empty(), "the pool has not asked for a worker");
    launcher.launches.front()->fulfill(kj::mv(worker.handle));
    launcher.launches.pop_front();
    waitScope.poll();
  }

  kj::WaitScope& waitScope;
  StillZygote zygote;
  PlayedLauncher launcher;
  PoolGovernor governor;
  const ProfileConfig config;
  WarmPool pool;
};

}  // namespace brood::supervisor
