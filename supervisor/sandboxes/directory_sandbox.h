#pragma once
// A sandbox that is a directory of the host: a keeper stands for all that its worker has started,
// a caretaker sweeps the directory, and nothing bounds it as a whole until somebody looks.

#include <string>

#include "supervisor/sandboxes/sandbox.h"

namespace brood::supervisor {

class DirectorySandbox final : public Sandbox {
 public:
  // `place` is the directory. `countsOnlyOurs`: whether the kernel counts no process for the limit
  // on processes but those that we see. Throws if the directory is not there.
  DirectorySandbox(SandboxParts parts, std::string place, bool countsOnlyOurs);

  void fillFork(wire::ForkWorker::Builder fork, const LimitsConfig& limits) const override;
  ChildProcess& adopt(kj::Own<ChildProcess> worker) override;
  Backstops backstops(const JobLimits& limits) override;
  bool hasKeepers() const override { return true; }
  bool contains(pid_t pid) const override;
  void kill() noexcept override { killWorkers(); }
  kj::Promise<void> whenGone() override { return whenWorkersGone(); }
  kj::Promise<void> takeDown() override;

 private:
  // A directory of the host is measured, not sized.
  void resize(const WorkspaceSize&) override {}

  const std::string place_;
  const bool countsOnlyOurs_;
  OwnedFd temporaryFd_;
  kj::Promise<void> caretakerWatch_;
};

}  // namespace brood::supervisor
