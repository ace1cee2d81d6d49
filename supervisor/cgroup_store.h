#pragma once
// Groups of sandboxes that are gone, for those to come: making, opening and removing a group in each
// hierarchy takes half a millisecond of CPU per sandbox, some of it in the kernel's own threads.
//
// Only a group that has nothing to forget is kept (Cgroup::renew); all others are removed, as every
// group is when no sandbox has been built for a moment.

#include <kj/async.h>
#include <kj/time.h>
#include <kj/timer.h>

#include <vector>

#include "supervisor/cgroup.h"

namespace brood {

class CgroupStore {
 public:
  // `driver` and `timer` are borrowed. Each group is given out with these limits.
  CgroupStore(CgroupDriver& driver, kj::Timer& timer, bool reuses, const CgroupLimits& limits);

  kj::Own<Cgroup> take();
  // Of a sandbox all of whose processes and mounts are gone.
  void giveBack(kj::Own<Cgroup> group);

  size_t kept() const { return kept_.size(); }

 private:
  kj::Promise<void> dropWhenUnused();

  CgroupDriver& driver_;
  kj::Timer& timer_;
  const bool reuses_;
  const CgroupLimits limits_;
  uint64_t made_ = 0;  // Names are used once: a group may outlive the slot that it was made for.
  std::vector<kj::Own<Cgroup>> kept_;
  bool isUsed_ = false;  // Since the last look.
  kj::Promise<void> dropping_ = nullptr;
};

}  // namespace brood
