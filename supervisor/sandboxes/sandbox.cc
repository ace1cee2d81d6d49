#include "supervisor/sandboxes/sandbox.h"

#include <fcntl.h>

#include <string>
#include <vector>

#include "supervisor/base/posix.h"
#include "supervisor/usage/socket_memory.h"

namespace brood::supervisor {

void Sandbox::fillFork(wire::ForkWorker::Builder fork, const LimitsConfig&) const {
  fork.setSlotId(parts_.id);
  fork.setHostJobUid(parts_.hostJobId);
}

ChildProcess& Sandbox::adopt(kj::Own<ChildProcess> worker) {
  if (!dismissed_.empty()) forgetDismissed();
  return *workers_.emplace_back(kj::mv(worker));
}

// When the next one comes, so that there are never many.
void Sandbox::forgetDismissed() {
  std::erase_if(workers_, [this](auto& worker) {
    return worker->exited() && std::erase(dismissed_, worker.get()) > 0;
  });
}

void Sandbox::setWorkspaceSize(const WorkspaceSize& size) {
  if (size == parts_.workspace) return;
  resize(size);
  parts_.workspace = size;
}

uint64_t Sandbox::countSockets() {
  if (!layers().has(Layer::net)) return 0;
  if (!sockstat_) {
    const std::string path = "/proc/" + std::to_string(init().pid()) + "/net/sockstat";
    sockstat_ = OwnedFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }
  return sockstat_ ? supervisor::countSockets(readKernelFile(sockstat_.get())) : 0;
}

uint64_t Sandbox::heldBytes() {
  const uint64_t counted = meter().memoryBytes(), mostOfSocket = meter().mostBytesOfSocket();
  return mostOfSocket == 0 ? counted : counted + countSockets() * mostOfSocket;
}

void Sandbox::killWorkers() noexcept {
  for (auto& worker : workers_) worker->kill();
}

kj::Promise<void> Sandbox::whenWorkersGone() {
  if (workers_.size() == 1) return workers_.front()->onExit().ignoreResult();
  auto gone = kj::heapArrayBuilder<kj::Promise<void>>(workers_.size());
  for (auto& worker : workers_) gone.add(worker->onExit().ignoreResult());
  return kj::joinPromises(gone.finish());
}

}  // namespace brood::supervisor
