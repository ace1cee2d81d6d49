#pragma once
// All processes of a job, one after the other: those of its PID namespace, or, where it has none,
// those that come from its keeper.
//
// A walk costs as much as the job has processes, whoever else there is. The kernel's lists of
// children change under it, so it may miss one (proc_pid_children(5)); the next walk will not.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/owned_fd.h"

namespace brood::supervisor {

class ProcessWalk {
 public:
  // In a PID namespace's own /proc, by the numbers there. Without one there is nobody.
  explicit ProcessWalk(OwnedFd procOfNamespace);
  // Visits all that descend from `keeper`, itself included. `proc` is the host's.
  ProcessWalk(OwnedFd proc, pid_t keeper);

  // From the beginning.
  void restart();
  // 0 when that was the last.
  pid_t next();
  // Visits the children of the process that next() has given, too.
  void follow(pid_t pid, uint64_t threads);
  // Found so far, the keeper or init included.
  size_t found() const { return pids_.size(); }
  int procFd() const { return proc_.get(); }

 private:
  void addChildren(pid_t pid, pid_t thread);

  OwnedFd proc_;
  pid_t keeper_ = 0;  // 0: there is a namespace.
  std::vector<pid_t> pids_;
  size_t next_ = 0;
};

}  // namespace brood::supervisor
