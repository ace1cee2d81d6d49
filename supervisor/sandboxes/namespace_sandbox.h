#pragma once
// A sandbox of namespaces: the end of its init is the end of every process in it, and its workspace
// is a file system of its own.

#include "supervisor/sandboxes/sandbox.h"

namespace brood::supervisor {

class NamespaceSandbox final : public Sandbox {
 public:
  // Throws if init has ended.
  explicit NamespaceSandbox(SandboxParts parts);

  void fillFork(wire::ForkWorker::Builder fork, const LimitsConfig& limits) const override;
  Backstops backstops(const JobLimits&) override { return {}; }
  bool contains(pid_t pid) const override;
  void kill() noexcept override;
  kj::Promise<void> whenGone() override;
  kj::Promise<void> takeDown() override;

 private:
  void resize(const WorkspaceSize& size) override { resizeWorkspace(workspaceFd(), size); }
};

}  // namespace brood::supervisor
