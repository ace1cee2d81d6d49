#pragma once
// Processes by descent, where no PID namespace holds them together.
//
// A job's keeper adopts whatever the job leaves behind, so all of a job descends from its keeper.

#include <kj/time.h>
#include <sys/types.h>

#include <unordered_map>
#include <vector>

#include "rpc/owned_fd.h"

namespace brood {

// Whether the one comes from the other. Only for a process that cannot end meanwhile.
bool descendsFrom(pid_t pid, pid_t ancestor);

// Who is whose parent on this host, by a look at all of /proc that serves whoever asks soon after.
class ProcessTable {
 public:
  ProcessTable();

  // The process itself and all that come from it.
  std::vector<pid_t> treeOf(pid_t root);
  // Threads of all that belong to our user.
  uint64_t tasksOfUser();
  // /proc, borrowed.
  int procFd() const { return proc_.get(); }

 private:
  void lookAgain();
  void look();

  OwnedFd proc_;
  kj::TimePoint lookedAt_ = kj::origin<kj::TimePoint>();
  std::unordered_map<pid_t, std::vector<pid_t>> children_;
  uint64_t tasksOfUser_ = 0;
};

}  // namespace brood
