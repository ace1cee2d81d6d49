#include "supervisor/processes/child_process.h"

#include <signal.h>

#include "supervisor/base/posix.h"

namespace brood::supervisor {

ChildProcess::ChildProcess(pid_t pid, pid_t forkedBy, OwnedFd pidfd, LayerSet layers,
                           kj::Promise<ProcessExit> exit, int endSignal)
    : pid_(pid),
      forkedBy_(forkedBy),
      pidfd_(kj::mv(pidfd)),
      layers_(layers),
      endSignal_(endSignal),
      exit_(exit.fork()),
      noteExit_(exit_.addBranch()
                    .then([this](ProcessExit) { exited_ = true; })
                    .eagerlyEvaluate([](kj::Exception&&) {})) {}

ChildProcess::~ChildProcess() noexcept(false) { kill(); }

void ChildProcess::kill() noexcept {
  if (exited_) return;
  signalPidfd(pidfd_.get(), endSignal_);
  // A stopped process receives no other signal.
  if (endSignal_ != SIGKILL) signalPidfd(pidfd_.get(), SIGCONT);
}

}  // namespace brood::supervisor
