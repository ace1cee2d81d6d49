#include "supervisor/sandboxes/worker_starter.h"

#include <kj/debug.h>

#include <vector>

#include "supervisor/base/clock.h"

namespace brood::supervisor {
namespace {

// Longer than any honest lock-down and pre-touch; a worker that takes it is stuck.
constexpr auto kParkBound = 60 * kj::SECONDS;
// A job's pending signals and timers, which the kernel also counts for whoever started Brood.
constexpr uint64_t kSignals = 1024;

}  // namespace

// One worker on its way, from the request for it until it has parked.
class WorkerStarter::Start {
 public:
  enum class As { first, guest };
  Start(const WorkerStarter& starter, SlotLease lease, As as)
      : starter_(starter), lease_(kj::mv(lease)), as_(as), ends_(newWorkerEnds()) {}
  KJ_DISALLOW_COPY(Start);

  // To be kept until the promise resolves.
  kj::Promise<kj::Own<WorkerHandle>> run(ForkSource& zygote) {
    const bool executes = zygote.executesPrograms();
    return request(zygote).then([this, executes](kj::Own<ChildProcess> process) {
      return park(kj::mv(process), executes);
    });
  }

 private:
  kj::Promise<kj::Own<ChildProcess>> request(ForkSource& zygote) {
    std::vector<int> fds{lease_->init().pidfd(), ends_.workerChannel.get(), ends_.workerStdin.get(),
                         ends_.workerStdout.get(), ends_.workerStderr.get()};
    if (as_ == As::guest) joinFds_ = lease_->meter().openJoinFds();
    for (auto& fd : joinFds_) fds.push_back(fd.get());
    for (int fd : lease_->meter().joinFds()) fds.push_back(fd);
    auto fill = [&](wire::ZygoteRequest::Builder request) {
      auto fork = request.initForkWorker();
      fork.setMaxFileBytes(starter_.limits_.fileBytes.maximum);
      fork.setMaxOpenFiles(starter_.limits_.openFiles.maximum);
      fork.setMaxSignals(kSignals);
      fork.setMaxCpuSeconds(starter_.mostCpuMs_ / 1000 + 1);
      lease_->fillFork(fork, starter_.limits_);
    };
    askedAt_ = monotonicNow();
    // evalNow: a socket that breaks under the request must still give the slot back.
    return kj::evalNow(
        [&]() { return zygote.request(fill, kj::arrayPtr(fds.data(), fds.size())); });
  }

  kj::Promise<kj::Own<WorkerHandle>> park(kj::Own<ChildProcess> process, bool executes) {
    const auto forkedAt = monotonicNow();
    starter_.metrics_.noteStage(Stage::workerFork, microsBetween(askedAt_, forkedAt));
    lease_->meter().closeJoinFds();
    joinFds_.clear();
    ends_.closeWorkers();
    auto worker = kj::heap<WorkerHandle>(starter_.port_, kj::mv(lease_), kj::mv(process),
                                         kj::mv(ends_), executes);
    auto parked = starter_.port_.timer().timeoutAfter(kParkBound, worker->whenParked());
    return parked.then(
        [&starter = starter_, as = as_, forkedAt, worker = kj::mv(worker)]() mutable {
          starter.metrics_.noteStage(Stage::workerPark, microsBetween(forkedAt, monotonicNow()));
          KJ_REQUIRE(worker->layers().set.includes(starter.proven_),
                     "a worker lacks layers others have");
          if (as == As::first) worker->sandbox().meter().noteParked();
          return kj::mv(worker);
        });
  }

  const WorkerStarter& starter_;
  SlotLease lease_;
  const As as_;
  std::vector<OwnedFd> joinFds_;  // A guest's.
  WorkerEnds ends_;
  kj::TimePoint askedAt_ = kj::origin<kj::TimePoint>();
};

kj::Promise<kj::Own<WorkerHandle>> WorkerStarter::launch(ForkSource& zygote) {
  return launchIn(slots_.take(), zygote);
}

kj::Promise<kj::Own<WorkerHandle>> WorkerStarter::launchCold(ForkSource& zygote) {
  return launchIn(slots_.build(), zygote);
}

kj::Promise<kj::Own<WorkerHandle>> WorkerStarter::launchIn(kj::Promise<SlotLease> slot,
                                                           ForkSource& zygote) {
  return slot.then([this, &zygote](SlotLease lease) {
    auto start = kj::heap<Start>(*this, kj::mv(lease), Start::As::first);
    auto& borrowed = *start;
    return borrowed.run(zygote).attach(kj::mv(start));
  });
}

kj::Promise<kj::Own<WorkerHandle>> WorkerStarter::launchGuest(ForkSource& zygote,
                                                              SlotLease borrowed) {
  auto start = kj::heap<Start>(*this, kj::mv(borrowed), Start::As::guest);
  auto& held = *start;
  return held.run(zygote).attach(kj::mv(start));
}

}  // namespace brood::supervisor
