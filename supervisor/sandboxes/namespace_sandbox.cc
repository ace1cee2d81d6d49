#include "supervisor/sandboxes/namespace_sandbox.h"

#include <sys/stat.h>

#include <algorithm>
#include <string>

namespace brood::supervisor {
namespace {

// The cgroup must refuse first, since only it counts; forks that are under way count for the
// rlimit.
constexpr uint64_t kProcessesBeyond = 64;

// 0 if there is no such process.
ino_t pidNamespaceOf(const std::string& process) {
  struct stat info;
  return ::stat(("/proc/" + process + "/ns/pid").c_str(), &info) == 0 ? info.st_ino : 0;
}

}  // namespace

NamespaceSandbox::NamespaceSandbox(SandboxParts parts) : Sandbox(kj::mv(parts)) {
  meter().watch(init().pid());
  openedWorkspace(openWorkspace(init()));
}

void NamespaceSandbox::fillFork(wire::ForkWorker::Builder fork, const LimitsConfig& limits) const {
  Sandbox::fillFork(fork, limits);
  fork.setMaxProcesses(limits.processes.maximum + kProcessesBeyond);
}

bool NamespaceSandbox::contains(pid_t pid) const {
  const bool isWorker = std::any_of(workers().begin(), workers().end(),
                                    [pid](const auto& worker) { return worker->pid() == pid; });
  if (isWorker) return true;
  const ino_t space = pidNamespaceOf(std::to_string(pid));
  // Without a PID namespace of their own its other processes cannot be told from anybody's.
  return space != 0 && space != pidNamespaceOf("self") &&
         space == pidNamespaceOf(std::to_string(init().pid()));
}

// Workers are part of it only where it has a PID namespace.
void NamespaceSandbox::kill() noexcept {
  init().kill();
  killWorkers();
}

// Init is the last of its PID namespace.
kj::Promise<void> NamespaceSandbox::whenGone() {
  return kj::joinPromises(kj::arr(init().onExit().ignoreResult(), whenWorkersGone()));
}

kj::Promise<void> NamespaceSandbox::takeDown() {
  kill();
  if (workers().empty()) return init().onExit().ignoreResult();
  return whenGone();
}

}  // namespace brood::supervisor
