#include "zygote/layers/namespaces.h"

#include <sched.h>

#include "base/policy/layer_namespaces.h"
#include "zygote/layers/layer.h"

namespace brood::zygote {

int joinSlotNamespaces(int slotInitPidfd, const LayerPolicy& policy) {
  constexpr int kJoinedOtherwise = CLONE_NEWPID | CLONE_NEWCGROUP;
  // Where slots have no mount namespace of their own they share the slot builder's.
  const int flags = (slotNamespaceFlags(policy) | CLONE_NEWNS) & ~kJoinedOtherwise;
  return errnoOf(::setns(slotInitPidfd, flags));
}

int hideCgroupPaths() { return errnoOf(::unshare(CLONE_NEWCGROUP)); }

}  // namespace brood::zygote
