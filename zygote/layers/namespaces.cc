#include "zygote/layers/namespaces.h"

#include <sched.h>

#include "zygote/layers/layer.h"

namespace brood {

int joinSlotNamespaces(int slotInitPidfd) {
  return errnoOf(::setns(slotInitPidfd, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
                                            CLONE_NEWUTS | CLONE_NEWCGROUP));
}

}  // namespace brood
