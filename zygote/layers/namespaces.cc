#include "zygote/layers/namespaces.h"

#include <sched.h>

#include "zygote/layers/layer.h"

namespace brood {
namespace {

struct Namespace {
  Layer layer;
  int flag;
};
constexpr Namespace kNamespaces[] = {{Layer::user, CLONE_NEWUSER},    {Layer::mount, CLONE_NEWNS},
                                     {Layer::pid, CLONE_NEWPID},      {Layer::net, CLONE_NEWNET},
                                     {Layer::ipc, CLONE_NEWIPC},      {Layer::uts, CLONE_NEWUTS},
                                     {Layer::cgroup, CLONE_NEWCGROUP}};

}  // namespace

int slotNamespaceFlags(const LayerPolicy& policy) {
  int flags = 0;
  for (const auto& [layer, flag] : kNamespaces) {
    if (policy.isOn(layer)) flags |= flag;
  }
  return flags;
}

int joinSlotNamespaces(int slotInitPidfd, const LayerPolicy& policy) {
  constexpr int kJoinedOtherwise = CLONE_NEWPID | CLONE_NEWCGROUP;
  // Where slots have no mount namespace of their own they share the slot builder's.
  const int flags = (slotNamespaceFlags(policy) | CLONE_NEWNS) & ~kJoinedOtherwise;
  return errnoOf(::setns(slotInitPidfd, flags));
}

int hideCgroupPaths() { return errnoOf(::unshare(CLONE_NEWCGROUP)); }

}  // namespace brood
