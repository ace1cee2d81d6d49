#pragma once
// The mounts of one slot, on top of the template that all slots share.

#include "rpc/layers.h"
#include "zygote/step_failure.h"

namespace brood {

struct SlotRootPlan {
  LayerPolicy layers;
  char workspaceOptions[96];  // mount(2) data of the three tmpfs.
  char tmpOptions[96];
  char shmOptions[96];
};

// Makes a copy of the template with /proc and the three writable places this mount namespace's
// root. Allocates nothing and throws nothing. errnoValue 0: all of it is there.
StepFailure enterSlotRoot(const SlotRootPlan& plan) noexcept;

}  // namespace brood
