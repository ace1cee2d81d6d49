#include "supervisor/sandboxes/worker_handle.h"

#include <kj/debug.h>
#include <sys/wait.h>

#include <cstring>
#include <string>

namespace brood::supervisor {
namespace {

std::string howItEnded(const ProcessExit& exit) {
  if (!exit.known) return "nobody knows how";
  if (WIFSIGNALED(exit.waitStatus)) return "by signal " + std::to_string(WTERMSIG(exit.waitStatus));
  return "exit code " + std::to_string(WEXITSTATUS(exit.waitStatus));
}

}  // namespace

WorkerHandle::WorkerHandle(UvEventPort& port, SlotLease lease, kj::Own<ChildProcess> process,
                           WorkerEnds ends, bool executesPrograms)
    : port_(port),
      layers_{lease->layers(), {}},
      process_(lease->adopt(kj::mv(process))),
      pipes_(port, kj::mv(ends.stdinWrite), kj::mv(ends.stdoutRead), kj::mv(ends.stderrRead)),
      channel_(port, kj::mv(ends.channel)),
      executesPrograms_(executesPrograms),
      lease_(kj::mv(lease)) {}

kj::Promise<void> WorkerHandle::whenParked() {
  return channel_.readFrame().then([this](kj::Maybe<WorkerFrame> received) -> kj::Promise<void> {
    KJ_IF_MAYBE (frame, received) {
      const std::string step = frame->layer;
      switch (frame->kind) {
        case WorkerFrameKind::parked:
          layers_.set = layers_.set | LayerSet(frame->layers);
          return kj::READY_NOW;
        case WorkerFrameKind::missing:
          layers_.reasons.push_back(step + ": " + strerror(frame->errnoValue));
          return whenParked();
        case WorkerFrameKind::failed:
        case WorkerFrameKind::done:
        case WorkerFrameKind::result:
        case WorkerFrameKind::cellDone:
          break;
      }
      return KJ_EXCEPTION(FAILED, "worker could not lock down", step.c_str(),
                          strerror(frame->errnoValue), fixForStep(step).c_str());
    }
    // How it ended comes by another way, and says who ended it.
    return process_.onExit().then([](ProcessExit exit) -> kj::Promise<void> {
      return KJ_EXCEPTION(FAILED, "worker ended before it had parked", howItEnded(exit).c_str());
    });
  });
}

void WorkerHandle::prime() noexcept {
  priming_ = Priming::underWay;
  channel_.prime();
}

void WorkerHandle::notePrimed() {
  priming_ = Priming::done;
  sandbox().meter().noteParked();
}

kj::Own<UsageWatch> WorkerHandle::watchUsage(kj::Timer& timer, const kj::MonotonicClock& clock,
                                             const JobLimits& limits, uint32_t cpuMillicores) {
  return newUsageWatch(port_, timer, clock, sandbox(), limits, cpuMillicores);
}

}  // namespace brood::supervisor
