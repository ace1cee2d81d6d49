#include "supervisor/processes/reaper.h"

#include <kj/debug.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/plain_text.h"

namespace brood::supervisor {

Reaper::Reaper(UvEventPort& port) : childSignal_(port, SIGCHLD), task_(nullptr) {
  KJ_SYSCALL(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
  task_ = reapOnSignal().eagerlyEvaluate([](kj::Exception&& exception) {
    spdlog::critical("reaper stopped: {}", plainText(exception));
  });
}

Reaper::Claim::Claim(Reaper& reaper, pid_t pid)
    : reaper_(reaper), pid_(pid), place_(reaper.claims_.emplace(pid, this)) {}

Reaper::Claim::~Claim() noexcept(false) { reaper_.claims_.erase(place_); }

kj::Promise<ProcessExit> Reaper::Claim::onExit() {
  if (ended_) return *ended_;
  return reaper_.onExit(pid_);
}

kj::Promise<ProcessExit> Reaper::onExit(pid_t pid) {
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
    note(pid, ProcessExit{true, waitStatus, 0});
  }
}

void Reaper::note(pid_t pid, const ProcessExit& exit) {
  auto found = waiting_.find(pid);
  if (found != waiting_.end()) {
    auto fulfiller = kj::mv(found->second);
    waiting_.erase(found);
    return fulfiller->fulfill(ProcessExit(exit));
  }
  auto [claim, end] = claims_.equal_range(pid);
  for (; claim != end; ++claim) claim->second->ended_ = exit;
}

}  // namespace brood::supervisor
