#include "supervisor/reaper.h"

#include <kj/debug.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace brood {
namespace {
// Orphans nobody asks about would pile up otherwise; they are all claimed within one zygote death.
constexpr size_t kMaxUnclaimed = 4096;
}  // namespace

Reaper::Reaper(UvEventPort& port) : childSignal_(port, SIGCHLD), task_(nullptr) {
  KJ_SYSCALL(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
  task_ = reapOnSignal().eagerlyEvaluate([](kj::Exception&& exception) {
    spdlog::critical("reaper stopped: {}", exception.getDescription().cStr());
  });
}

kj::Promise<ProcessExit> Reaper::onExit(pid_t pid) {
  auto found = unclaimed_.find(pid);
  if (found != unclaimed_.end()) {
    ProcessExit exit = found->second;
    unclaimed_.erase(found);
    return exit;
  }
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) < 0) {
    return ProcessExit{};
  }
  auto paf = kj::newPromiseAndFulfiller<ProcessExit>();
  waiting_[pid] = kj::mv(paf.fulfiller);
  // It may have ended before we asked; its SIGCHLD is then behind us.
  reapAll();
  return kj::mv(paf.promise);
}

kj::Promise<void> Reaper::reapOnSignal() {
  return childSignal_.next().then([this]() {
    reapAll();
    return reapOnSignal();
  });
}

void Reaper::reapAll() {
  for (;;) {
    int waitStatus = 0;
    const pid_t pid = ::waitpid(-1, &waitStatus, WNOHANG);
    if (pid <= 0) return;
    const ProcessExit exit{true, waitStatus, 0};
    auto found = waiting_.find(pid);
    if (found != waiting_.end()) {
      auto fulfiller = kj::mv(found->second);
      waiting_.erase(found);
      fulfiller->fulfill(ProcessExit(exit));
    } else if (unclaimed_.size() < kMaxUnclaimed) {
      unclaimed_[pid] = exit;
    }
  }
}

}  // namespace brood
