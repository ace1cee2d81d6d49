#include "supervisor/usage/sampled_meter.h"

#include <fcntl.h>
#include <kj/debug.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "supervisor/base/clock.h"
#include "supervisor/base/look_thread.h"
#include "supervisor/processes/process_tree.h"
#include "supervisor/usage/process_sampler.h"

namespace brood::supervisor {
namespace {

// The state that all meters of a driver that only counts share.
class Looks {
 public:
  Looks() { thread_.start(); }

  kj::Promise<uint64_t> run(std::shared_ptr<ProcessSampler> sampler, UsageMeter::Look kind,
                            std::shared_ptr<Usage> seen) {
    const bool isLast = kind == UsageMeter::Look::last;
    auto step = [sampler = std::move(sampler), seen = std::move(seen), isLast,
                 look = uint64_t{0}]() mutable {
      if (look == 0) look = sampler->startLook(isLast);
      // Another one has begun since, and this one's result nobody waits for.
      if (!sampler->isAt(look)) return true;
      if (!sampler->step()) return false;
      *seen = sampler->usage();
      return true;
    };
    return thread_.run(std::move(step),
                       isLast ? LookThread::Urgency::awaited : LookThread::Urgency::routine);
  }

  uint64_t tasksOfUser() {
    const auto now = monotonicNow();
    if (!isCounting_ && now - countedAt_ > kCountEvery) {
      isCounting_ = true;
      auto count = std::make_shared<uint64_t>(0);
      counting_ = thread_
                      .run([count]() { return *count = countTasksOfUser(), true; },
                           LookThread::Urgency::routine)
                      .then([this, count](uint64_t) { noteTasks(*count); })
                      .eagerlyEvaluate([this](kj::Exception&&) { isCounting_ = false; });
    }
    return tasksOfUser_;
  }
  // Now, where that keeps nobody waiting.
  void countTasks() { noteTasks(countTasksOfUser()); }

 private:
  static constexpr auto kCountEvery = 100 * kj::MILLISECONDS;

  void noteTasks(uint64_t count) {
    tasksOfUser_ = count;
    countedAt_ = monotonicNow();
    isCounting_ = false;
  }

  LookThread thread_;
  uint64_t tasksOfUser_ = 0;
  kj::TimePoint countedAt_ = kj::origin<kj::TimePoint>();
  bool isCounting_ = false;
  kj::Promise<void> counting_ = nullptr;
};

// Counts what a control group would, and enforces nothing. From the beginning of a job on its
// sampler is the thread's alone.
class SampledMeter final : public UsageMeter {
 public:
  explicit SampledMeter(std::shared_ptr<Looks> looks) : looks_(std::move(looks)) {}
  std::vector<int> joinFds() const override { return {}; }
  void closeJoinFds() override {}
  // To count it all would be to wait.
  void noteRoused() override {}
  void noteExit(uint64_t cpuMicros) override { cpuMicrosAtExit_ = cpuMicros; }
  void setLimits(const UsageLimits& limits) override {
    if (sampler_) sampler_->begin(limits.memoryBytes, limits.processes);
  }
  // Nothing is left to look at of a process that is gone, but its parent was told.
  Usage usage() const override {
    Usage usage = seen_;
    usage.cpuMicros = std::max(usage.cpuMicros, cpuMicrosAtExit_);
    return usage;
  }
  uint64_t cpuMicros() const override { return seen_.cpuMicros; }
  bool needsLooks() const override { return true; }
  // It counts by what is shared with others.
  bool needsRemoval() const override { return false; }
  uint64_t mostBytesOfSocket() const override { return 0; }
  kj::Promise<uint64_t> look(Look kind) override {
    if (!sampler_) return uint64_t{0};
    // The thread writes to it; nobody reads it before it is complete.
    auto seen = std::make_shared<Usage>();
    return looks_->run(sampler_, kind, seen).then([this, seen](uint64_t tookMicros) {
      seen_ = *seen;
      return tookMicros;
    });
  }
  void watch(pid_t init) override { sampler_ = std::make_shared<ProcessSampler>(init); }
  void watchTree(pid_t keeper, int workspaceFd, int temporaryFd) override {
    sampler_ =
        std::make_shared<ProcessSampler>(keeper, duplicate(workspaceFd), duplicate(temporaryFd));
    looks_->tasksOfUser();
  }
  uint64_t tasksOfUser() override { return looks_->tasksOfUser(); }

 private:
  void noteInherited() override {
    if (sampler_) seen_.cpuMicros = sampler_->noteInherited();
  }
  static OwnedFd duplicate(int fd) {
    int copy;
    KJ_SYSCALL(copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    return OwnedFd(copy);
  }

  const std::shared_ptr<Looks> looks_;
  std::shared_ptr<ProcessSampler> sampler_;
  Usage seen_;
  uint64_t cpuMicrosAtExit_ = 0;
};

class SampledDriver final : public CgroupDriver {
 public:
  explicit SampledDriver(std::string reason) : reason_(std::move(reason)) { looks_->countTasks(); }
  kj::Own<UsageMeter> create(const std::string&, const UsageLimits&) override {
    return kj::heap<SampledMeter>(looks_);
  }
  std::string description() const override { return "none: " + reason_; }
  LayerSet layers() const override { return {}; }
  size_t sweep() override { return 0; }

 private:
  std::string reason_;
  const std::shared_ptr<Looks> looks_ = std::make_shared<Looks>();
};

}  // namespace

kj::Own<CgroupDriver> newSampledDriver(std::string reason) {
  return kj::heap<SampledDriver>(std::move(reason));
}

}  // namespace brood::supervisor
