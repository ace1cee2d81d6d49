#pragma once
// The mounts of one slot, on top of the template that all slots share.

#include "base/policy/layers.h"
#include "zygote/process/step_failure.h"

namespace brood::zygote {

struct SlotRootPlan {
  LayerPolicy layers;
  const char* base;           // The read-only root below it: kTemplatePath or kOwnRootPath.
  char workspaceOptions[96];  // mount(2) data of the three tmpfs.
  char tmpOptions[96];
  char shmOptions[96];
  const char* hosts;  // The content of /etc/hosts; empty: the base's.
};

// Makes a copy of the base with /proc, the three writable places and terminals of its own this
// mount namespace's root. Allocates nothing and throws nothing. errnoValue 0: all of it is there.
StepFailure enterSlotRoot(const SlotRootPlan& plan) noexcept;

}  // namespace brood::zygote
