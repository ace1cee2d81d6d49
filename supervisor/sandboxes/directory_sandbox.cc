#include "supervisor/sandboxes/directory_sandbox.h"

#include <fcntl.h>

#include <algorithm>

#include "supervisor/base/posix.h"
#include "supervisor/processes/process_tree.h"

namespace brood::supervisor {
namespace {

// By so many all other jobs together may grow while this one runs.
constexpr uint64_t kProcessesOfOthers = 512;
// Stacks and arenas that programs have and do not use.
constexpr uint64_t kUncommittedBytes = 1ull << 30;

OwnedFd openFolder(const std::string& path) {
  return openAt(AT_FDCWD, path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW);
}

}  // namespace

// A directory that nobody cares for any more will be swept: workers end with its caretaker.
DirectorySandbox::DirectorySandbox(SandboxParts parts, std::string place, bool countsOnlyOurs)
    : Sandbox(kj::mv(parts)),
      place_(std::move(place)),
      countsOnlyOurs_(countsOnlyOurs),
      temporaryFd_(openFolder(place_ + "/tmp")),
      caretakerWatch_(init()
                          .onExit()
                          .then([this](ProcessExit) { killWorkers(); })
                          .eagerlyEvaluate([](kj::Exception&&) {})) {
  openedWorkspace(openFolder(place_ + "/workspace"));
}

void DirectorySandbox::fillFork(wire::ForkWorker::Builder fork, const LimitsConfig& limits) const {
  Sandbox::fillFork(fork, limits);
  fork.setPlace(place_);
}

ChildProcess& DirectorySandbox::adopt(kj::Own<ChildProcess> worker) {
  auto& adopted = Sandbox::adopt(kj::mv(worker));
  if (workers().size() == 1) {
    meter().watchTree(adopted.pid(), workspaceFd(), temporaryFd_.get());
  } else {
    meter().watchTreeToo(adopted.pid());
  }
  if (init().exited()) adopted.kill();
  return adopted;
}

Backstops DirectorySandbox::backstops(const JobLimits& limits) {
  Backstops bounds{.dataBytes = 2 * limits.memoryBytes + kUncommittedBytes};
  if (countsOnlyOurs_) {
    bounds.processes = meter().tasksOfUser() + limits.processes + kProcessesOfOthers;
  }
  return bounds;
}

bool DirectorySandbox::contains(pid_t pid) const {
  return std::any_of(workers().begin(), workers().end(), [pid](const auto& worker) {
    return pid == worker->pid() || descendsFrom(pid, worker->pid());
  });
}

// A caretaker removes what nobody may be using any more, so workers go first.
kj::Promise<void> DirectorySandbox::takeDown() {
  auto caretakerGone = init().onExit().ignoreResult();
  if (workers().empty()) {
    init().kill();
    return caretakerGone;
  }
  kill();
  return whenGone().then([this, caretakerGone = kj::mv(caretakerGone)]() mutable {
    init().kill();
    return kj::mv(caretakerGone);
  });
}

}  // namespace brood::supervisor
