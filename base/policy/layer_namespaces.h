#pragma once
// Which of clone(2)'s flags stands for which layer.

#include <sched.h>

#include "base/policy/layers.h"

namespace brood {

struct LayerNamespace {
  Layer layer;
  int flag;
};
inline constexpr LayerNamespace kLayerNamespaces[] = {
    {Layer::user, CLONE_NEWUSER},    {Layer::mount, CLONE_NEWNS}, {Layer::pid, CLONE_NEWPID},
    {Layer::net, CLONE_NEWNET},      {Layer::ipc, CLONE_NEWIPC},  {Layer::uts, CLONE_NEWUTS},
    {Layer::cgroup, CLONE_NEWCGROUP}};

// For the namespaces that the policy wants of a slot.
constexpr int slotNamespaceFlags(const LayerPolicy& policy) {
  int flags = 0;
  for (const auto& [layer, flag] : kLayerNamespaces) {
    if (policy.isOn(layer)) flags |= flag;
  }
  return flags;
}

}  // namespace brood
