#pragma once
// Removes groups on a thread of its own: to take back the memory that is charged to one, the kernel
// waits for every CPU, and for as long as there is something to take back.

#include <kj/memory.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "supervisor/usage/cgroup.h"

namespace brood::supervisor {

class CgroupRemover {
 public:
  CgroupRemover();
  // Returns when all that it was given is removed.
  ~CgroupRemover() noexcept(false);
  KJ_DISALLOW_COPY(CgroupRemover);

  // Removes the group of a sandbox all of whose processes and mounts are gone. If many are waiting
  // already, this one is removed before the call returns: jobs must not be quicker than their
  // removal for long.
  void remove(kj::Own<UsageMeter> group);

  // How many are not removed yet.
  size_t pending() const;

 private:
  void work();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<kj::Own<UsageMeter>> waiting_;
  bool isRemoving_ = false, isEnding_ = false;
  std::thread thread_;  // From the first group on.
};

}  // namespace brood::supervisor
