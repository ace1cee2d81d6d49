#pragma once
// Builds slots: a tiny init in new namespaces with a root file system of its own.

#include <optional>
#include <vector>

#include "zygote/slots/network_pool.h"
#include "zygote/slots/outbound_network.h"
#include "zygote/slots/place_builder.h"
#include "zygote/slots/root_pool.h"
#include "zygote/slots/slot_root.h"
#include "zygote/slots/slot_service.h"

namespace brood::zygote {

// Lives in the one zygote that builds slots. build() may only be called after prepareRoot() or
// preparePlaces(), and in a single-threaded process.
class SlotBuilder final : public SlotService {
 public:
  void prepareRoot(wire::RootTemplate::Reader rootTemplate, const LayerPolicy& policy,
                   const Techniques& techniques, WarmUpReport& report) override;
  void preparePlaces(const HostPlaces& host, const LayerPolicy& policy) override;
  pid_t sweep() override;
  std::variant<BuiltSlot, StepFailure> build(wire::BuildSlot::Reader request, int lifelineFd,
                                             int socketsFd) override;
  void noteEnded(pid_t child) override;

 private:
  void prepareOwnInodes(WarmUpReport& report);
  LayerSet layersOfBuiltSlots() const;
  using Sockets = std::vector<OwnedFd>;
  // Into the mount and network namespaces that the slot's are made in. Returns a failure or none.
  StepFailure enterPools(wire::BuildSlot::Reader request, Sockets& sockets);
  StepFailure enterNetwork(wire::BuildSlot::Reader request, Sockets& sockets);
  void leavePools(wire::BuildSlot::Reader request, pid_t init);
  // fork(2) into the slot's namespaces. `sockets` are those that the request wants.
  long cloneInit(wire::BuildSlot::Reader request, Sockets& sockets, int* pidfd,
                 StepFailure& failure);
  StepFailure writeIdMaps(pid_t pid, wire::BuildSlot::Reader request) const;
  void enterSharedRoot(const SlotRootPlan& plan);

  LayerPolicy policy_;
  std::optional<PlaceBuilder> places_;  // Instead of namespaces.
  bool sharedRootEntered_ = false;
  OwnedFd proc_;  // A /proc of this process's PID namespace, where slots' id maps are written.
  std::optional<RootPool> roots_;             // Where slots' inodes are their own, or most of them.
  int ownInodesError_ = 0;                    // Why not all.
  std::optional<NetworkPool> networks_;       // Where slots' networks are used again.
  std::optional<OutboundNetworks> outbound_;  // From the first slot with listeners on.
};

}  // namespace brood::zygote
