#pragma once
// Cache of empty control groups, reused for new sandboxes: making, opening and removing a group in
// each hierarchy takes half a millisecond of CPU per sandbox, some of it in the kernel's own
// threads.
//
// Only a group that has nothing to forget is kept (UsageMeter::renew, which version 2 cannot do).
// All others are removed (CgroupRemover), and kept ones when no sandbox has been built for a
// moment.

#include <kj/async.h>
#include <kj/time.h>
#include <kj/timer.h>

#include <vector>

#include "supervisor/usage/cgroup.h"
#include "supervisor/usage/cgroup_remover.h"

namespace brood::supervisor {

class CgroupStore {
 public:
  // `driver` and `timer` are borrowed. Each group is given out with these limits.
  CgroupStore(CgroupDriver& driver, kj::Timer& timer, bool reuses, const UsageLimits& limits);
  ~CgroupStore() noexcept(false);
  KJ_DISALLOW_COPY(CgroupStore);

  kj::Own<UsageMeter> take();
  // Takes the group of a sandbox all of whose processes and mounts are gone.
  void giveBack(kj::Own<UsageMeter> group);

  // Those that are being removed count as well: they are there.
  size_t kept() const { return kept_.size() + remover_.pending(); }

 private:
  kj::Promise<void> dropWhenUnused();
  void drop();

  CgroupDriver& driver_;
  kj::Timer& timer_;
  const bool reuses_;
  const UsageLimits limits_;
  uint64_t made_ = 0;  // Names are used once: a group may outlive the slot that it was made for.
  std::vector<kj::Own<UsageMeter>> kept_;
  CgroupRemover remover_;
  bool isUsed_ = false;  // Since the last look.
  kj::Promise<void> dropping_ = nullptr;
};

}  // namespace brood::supervisor
