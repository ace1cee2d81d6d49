#include "zygote/slot_fork.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace brood::zygote {

SlotFork::SlotFork() {
  int fd;
  KJ_SYSCALL(fd = ::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC));
  ownPidNamespace_ = OwnedFd(fd);
  canComeBack_ = ::setns(fd, CLONE_NEWPID) == 0;
  if (!canComeBack_) {
    KJ_SYSCALL(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
  }
}

pid_t SlotFork::forkInto(int slotInitPidfd, StepFailure& failure) const {
  return canComeBack_ ? forkAndComeBack(slotInitPidfd, failure)
                      : forkByBroker(slotInitPidfd, failure);
}

pid_t SlotFork::forkHere(StepFailure& failure) {
  const pid_t pid = ::fork();
  if (pid < 0) failure = StepFailure::at("fork", errno);
  return pid;
}

pid_t SlotFork::forkAndComeBack(int slotInitPidfd, StepFailure& failure) const {
  if (::setns(slotInitPidfd, CLONE_NEWPID) < 0) {
    failure = StepFailure::at("setns:pid", errno);
    return -1;
  }
  const pid_t pid = forkHere(failure);
  if (pid == 0) return 0;
  // A zygote that cannot come back would fork the next worker into this slot: it must end.
  if (::setns(ownPidNamespace_.get(), CLONE_NEWPID) < 0) ::abort();
  return pid;
}

// The broker never returns from here; its fork has a stack of its own by then, and may.
pid_t SlotFork::forkByBroker(int slotInitPidfd, StepFailure& failure) {
  volatile pid_t child = -1;
  volatile int joinError = 0, forkError = 0;
  const pid_t broker = ::vfork();
  if (broker == 0) {
    if (::setns(slotInitPidfd, CLONE_NEWPID) < 0) {
      joinError = errno;
      ::_exit(0);
    }
    child = ::fork();
    if (child == 0) return 0;
    forkError = errno;
    ::_exit(0);
  }
  if (broker < 0) forkError = errno;
  // It has ended already: that is what vfork(2) waits for.
  if (broker > 0) ::waitpid(broker, nullptr, 0);
  if (joinError != 0) {
    failure = StepFailure::at("setns:pid", joinError);
  } else if (child < 0) {
    failure = StepFailure::at("fork", forkError);
  }
  return child;
}

}  // namespace brood::zygote
