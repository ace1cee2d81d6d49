#pragma once
// Builds slots: a tiny init in new namespaces with a root file system of its own.

#include <optional>

#include "zygote/network_pool.h"
#include "zygote/place_builder.h"
#include "zygote/slot_root.h"
#include "zygote/slot_service.h"

namespace brood {

// Lives in the one zygote that builds slots. build() may only be called after prepareRoot() or
// preparePlaces(), and in a single-threaded process.
class SlotBuilder final : public SlotService {
 public:
  void prepareRoot(wire::RootTemplate::Reader rootTemplate, const LayerPolicy& policy,
                   const Techniques& techniques) override;
  void preparePlaces(const HostPlaces& host, const LayerPolicy& policy) override;
  pid_t sweep() override;
  std::variant<BuiltSlot, StepFailure> build(wire::BuildSlot::Reader request,
                                             int lifelineFd) override;
  void noteEnded(pid_t child) override;

 private:
  // fork(2) into the slot's namespaces.
  long cloneInit(int* pidfd, StepFailure& failure);
  StepFailure writeIdMaps(pid_t pid, wire::BuildSlot::Reader request) const;
  void enterSharedRoot(const SlotRootPlan& plan);

  LayerPolicy policy_;
  std::optional<PlaceBuilder> places_;  // Instead of namespaces.
  bool sharedRootEntered_ = false;
  OwnedFd proc_;  // A /proc of this process's PID namespace, where slots' id maps are written.
  std::optional<NetworkPool> networks_;  // Where slots' networks are used again.
};

}  // namespace brood
