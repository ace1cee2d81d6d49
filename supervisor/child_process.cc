#include "supervisor/child_process.h"

#include <signal.h>

#include "supervisor/posix.h"

namespace brood {

ChildProcess::ChildProcess(pid_t pid, OwnedFd pidfd, LayerSet layers,
                           kj::Promise<ProcessExit> exit)
    : pid_(pid),
      pidfd_(kj::mv(pidfd)),
      layers_(layers),
      exit_(exit.fork()),
      noteExit_(exit_.addBranch().then([this](ProcessExit) { exited_ = true; }).eagerlyEvaluate(
          [](kj::Exception&&) {})) {}

ChildProcess::~ChildProcess() noexcept(false) { kill(); }

void ChildProcess::kill() noexcept {
  if (!exited_) signalPidfd(pidfd_.get(), SIGKILL);
}

}  // namespace brood
