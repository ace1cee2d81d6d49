#include "zygote/layers/namespaces.h"

#include <sched.h>

#include "zygote/layers/layer.h"

namespace brood {

int joinSlotNamespaces(int slotInitPidfd) {
  const int joined = errnoOf(::setns(slotInitPidfd, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET |
                                                        CLONE_NEWIPC | CLONE_NEWUTS));
  if (joined != 0) return joined;
  // A cgroup namespace is rooted where its creator stands. The init stands outside the slot's
  // cgroups, so through its namespace the job would read our paths in /proc/self/cgroup.
  return errnoOf(::unshare(CLONE_NEWCGROUP));
}

}  // namespace brood
