#pragma once
// Sandboxes whose processes are real, pause, and do nothing else; and a meter that says what the
// test wants.

#include <kj/debug.h>
#include <sys/eventfd.h>

#include <vector>

#include "supervisor/sandboxes/slot_lease.h"
#include "tests/unit/supervisor/processes/paused_child.h"

namespace brood::supervisor {

class FakeMeter final : public UsageMeter {
 public:
  std::vector<int> joinFds() const override { return {}; }
  void closeJoinFds() override { areJoinFdsClosed = true; }
  void setLimits(const UsageLimits& set) override {
    KJ_REQUIRE(takesLimits, "the kernel takes no limits");
    limits = set;
  }
  Usage usage() const override { return used; }
  uint64_t memoryBytes() const override { return used.heldBytes; }
  uint64_t cpuMicros() const override { return used.cpuMicros; }
  int outOfMemoryFd() const override { return outOfMemory.get(); }
  bool needsLooks() const override { return isSampled; }
  kj::Promise<uint64_t> look(Look kind) override {
    looks.push_back(kind);
    if (neverLooks) return kj::NEVER_DONE;
    return lookMicros;
  }

  bool isSampled = false, neverLooks = false;
  std::vector<Look> looks;
  uint64_t lookMicros = 0;  // How long each takes.
  Usage used;
  UsageLimits limits;
  bool areJoinFdsClosed = false, takesLimits = true;
  OwnedFd outOfMemory{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

class FakeSandbox final : public Sandbox {
 public:
  explicit FakeSandbox(SandboxParts parts) : Sandbox(kj::mv(parts)) {}

  Backstops backstops(const JobLimits&) override { return {}; }
  bool contains(pid_t pid) const override { return pid == member; }
  void kill() noexcept override {
    ++kills;
    init().kill();
    killWorkers();
  }
  kj::Promise<void> whenGone() override { return whenWorkersGone(); }
  kj::Promise<void> takeDown() override {
    kill();
    return kj::joinPromises(kj::arr(init().onExit().ignoreResult(), whenWorkersGone()));
  }
  void setWorkspace(OwnedFd fd) { openedWorkspace(kj::mv(fd)); }

  pid_t member = -1;  // One that it contains.
  int kills = 0;
  std::vector<WorkspaceSize> sizes;

 private:
  void resize(const WorkspaceSize& size) override { sizes.push_back(size); }
};

// Keeps what is retired.
class KeepingOwner final : public SandboxOwner {
 public:
  void retire(kj::Own<Sandbox> sandbox) override {
    sandbox->kill();
    retired.push_back(kj::mv(sandbox));
  }

  std::vector<kj::Own<Sandbox>> retired;
};

inline SandboxParts partsOf(Reaper& reaper, uint32_t id, LayerSet layers = {}) {
  SandboxParts parts;
  parts.id = id;
  parts.init = newPausedChild(reaper);
  parts.meter = kj::heap<FakeMeter>();
  parts.layers = layers;
  parts.workspace = {1 << 20, 100};
  return parts;
}

}  // namespace brood::supervisor
