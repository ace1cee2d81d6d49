#pragma once
// The zygotes of one profile, all alike: several fork at the same time on several CPUs, and each is
// succeeded by a new one after so many forks or so much time.
//
// All forks of a zygote share its addresses and its hash seed: what one job finds out about them
// holds for the next. A successor has others.

#include <memory>

#include "config/config.h"
#include "supervisor/zygotes/zygote_host.h"

namespace brood::supervisor {

class ZygoteSet final : public ForkSource {
 public:
  // All borrowed but for the options.
  ZygoteSet(UvEventPort& port, kj::Timer& timer, Reaper& reaper, ZygoteOptions options,
            const ProfileConfig& config);
  ~ZygoteSet() noexcept(false) override;
  KJ_DISALLOW_COPY(ZygoteSet);

  // Describes one of them, ready if any is; with the restarts of all.
  ZygoteInfo info() const;
  // Those that run, also on their way in or out.
  std::vector<pid_t> pids() const;
  uint64_t successions() const { return successions_; }

  // Resolves when the first can fork.
  kj::Promise<void> whenReady() override { return seats_.front()->current->whenReady(); }
  kj::Promise<void> whenWarmUpFails() { return seats_.front()->current->whenWarmUpFails(); }

  bool ready() const override { return readiest() != nullptr; }
  bool executesPrograms() const override { return options_.executesPrograms; }
  // All are alike.
  bool knowsLargeJobs() const override { return seats_.front()->current->knowsLargeJobs(); }
  bool isLargeJob(kj::ArrayPtr<const kj::byte> text) const override {
    return seats_.front()->current->isLargeJob(text);
  }
  kj::Promise<kj::Own<ChildProcess>> request(
      const std::function<void(wire::ZygoteRequest::Builder)>& fill,
      kj::ArrayPtr<const int> fds) override;
  bool isLeaving(pid_t zygote) const override;
  bool isAnyLeaving() const override;

  kj::Promise<void> stop();

 private:
  struct Seat {
    kj::Own<ZygoteHost> current;
    kj::Own<ZygoteHost> next;     // Until it is ready.
    kj::Own<ZygoteHost> leaving;  // Until what it has forked is gone.
    kj::Promise<void> age = kj::READY_NOW, departure = kj::READY_NOW;
  };

  kj::Own<ZygoteHost> start(Seat& seat);
  void noteReady(Seat& seat);
  kj::Promise<void> ageAndSucceed(Seat& seat);
  void succeed(Seat& seat);
  void changeOver(Seat& seat);
  // With the fewest requests unanswered, in turns; nullptr if none is ready.
  Seat* readiest() const;

  UvEventPort& port_;
  kj::Timer& timer_;
  Reaper& reaper_;
  const ZygoteOptions options_;
  const ProfileConfig& config_;
  uint64_t successions_ = 0;
  size_t turn_ = 0;
  uint32_t restarts_ = 0;  // Restarts of the zygotes that have left.
  bool stopping_ = false;
  std::vector<std::unique_ptr<Seat>> seats_;
};

}  // namespace brood::supervisor
