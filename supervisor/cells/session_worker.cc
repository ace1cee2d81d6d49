#include "supervisor/cells/session_worker.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/plain_text.h"
#include "supervisor/base/posix.h"
#include "supervisor/cells/sandbox_processes.h"
#include "supervisor/processes/process_tree.h"

namespace brood::supervisor {

// What has been left behind belongs to init, or to the keeper of its worker.
std::vector<pid_t> SessionRoster::roots(const Sandbox& sandbox) const {
  std::vector<pid_t> pids;
  if (!sandbox.hasKeepers()) pids.push_back(sandbox.init().pid());
  for (const auto* worker : workers_) {
    if (!const_cast<SessionWorker*>(worker)->exited()) {
      pids.push_back(const_cast<SessionWorker*>(worker)->handle().pid());
    }
  }
  return pids;
}

std::vector<pid_t> SessionRoster::keepers(const Sandbox& sandbox) const {
  if (sandbox.hasKeepers()) return roots(sandbox);
  return {sandbox.init().pid()};
}

SessionWorker::SessionWorker(SessionRoster& roster, kj::Own<WorkerHandle> worker)
    : roster_(roster),
      sandbox_(worker->sandbox()),
      worker_(kj::mv(worker)),
      leader_(sandbox_.hasKeepers() ? leaderOf(worker_->process()) : worker_->pid()) {
  if (sandbox_.hasKeepers() && leader_ > 0) leaderPidfd_ = openPidfd(leader_);
  roster_.workers_.push_back(this);
}

SessionWorker::~SessionWorker() noexcept(false) {
  end();
  std::erase(roster_.workers_, this);
  const ChildProcess& process = worker_->process();
  worker_ = nullptr;
  sandbox_.dismiss(process);
}

void SessionWorker::signal(int number) noexcept {
  if (exited()) return;
  if (sandbox_.hasKeepers()) {
    if (leaderPidfd_) signalGroup(leader_, leaderPidfd_.get(), number);
  } else {
    signalGroup(leader_, worker_->process().pidfd(), number);
  }
}

void SessionWorker::end() noexcept {
  if (isEnded_) return;
  isEnded_ = true;
  if (!sandbox_.hasKeepers() && !sandbox_.init().exited()) {
    try {
      killWithDescendants(sandbox_, leader_, roster_.roots(sandbox_));
    } catch (const kj::Exception& exception) {
      spdlog::warn("a session's worker: not all of its processes could be looked at: {}",
                   plainText(exception));
    }
  }
  worker_->process().kill();
}

bool SessionWorker::started(pid_t pid) const {
  const pid_t first = worker_->pid();
  return pid == first || descendsFrom(pid, first);
}

}  // namespace brood::supervisor
