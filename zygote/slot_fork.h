#pragma once
// Forking a process whose fork is born in a slot's PID namespace.
//
// setns(2) moves only later children, so a zygote that joins for one fork has to come back, which
// takes CAP_SYS_ADMIN over the PID namespace it came from. In the user namespace of an ordinary
// user it has that over slots only: then a broker, a vfork of the zygote that shares its memory,
// joins and forks in its place, and ends. The zygote is a subreaper, so the fork becomes its child.

#include <sys/types.h>

#include "base/owned_fd.h"
#include "zygote/process/step_failure.h"

namespace brood::zygote {

class SlotFork {
 public:
  // Finds out whether this process could come back.
  SlotFork();

  // Like fork(2), in a process with one thread: 0 in the child, which may return from the caller.
  // -1: `failure` says which step it was. Aborts where the process is stranded in the slot.
  pid_t forkInto(int slotInitPidfd, StepFailure& failure) const;
  // Into the namespace this process is in.
  static pid_t forkHere(StepFailure& failure);

 private:
  pid_t forkAndComeBack(int slotInitPidfd, StepFailure& failure) const;
  static pid_t forkByBroker(int slotInitPidfd, StepFailure& failure);

  OwnedFd ownPidNamespace_;
  bool canComeBack_;
};

}  // namespace brood::zygote
