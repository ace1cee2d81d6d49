#pragma once
// Where a zygote gets the ability to build slots, if it has it.
//
// Exactly one of two libraries defines makeSlotService(): the slot builder's, or an empty one for
// the zygotes of languages, which then do not even contain that code.

#include <kj/memory.h>
#include <sys/types.h>

#include <variant>

#include "base/owned_fd.h"
#include "base/policy/layers.h"
#include "base/policy/techniques.h"
#include "rpc/wire/zygote.capnp.h"
#include "runtimes/interface/runtime.h"
#include "zygote/process/step_failure.h"
#include "zygote/worker/surroundings.h"

namespace brood::zygote {

struct BuiltSlot {
  pid_t initPid;
  OwnedFd initPidfd;
  LayerSet layers;  // With which it was built.
};

class SlotService {
 public:
  virtual ~SlotService() noexcept(false) = default;

  // Once, before the first slot. Moves this process into a mount namespace of its own that holds
  // nothing but the template and /proc. Throws when the template cannot be made. What slots will
  // lack of a layer is in the report.
  virtual void prepareRoot(wire::RootTemplate::Reader rootTemplate, const LayerPolicy& policy,
                           const Techniques& techniques, WarmUpReport& report) = 0;

  // Instead of that: slots will be directories of the host. Its policy is what caretakers obey.
  virtual void preparePlaces(const HostPlaces& host, const LayerPolicy& policy) = 0;
  // Removes what nobody cares for any more. Returns the process that does it, a child of this one;
  // 0 if there is nothing to do.
  virtual pid_t sweep() = 0;

  // The descriptors are borrowed: the lifeline, and the channel for the sockets of a slot with
  // listeners. A slot that could not be set up has left no process but a zombie of its init for the
  // caller to reap.
  virtual std::variant<BuiltSlot, StepFailure> build(wire::BuildSlot::Reader request,
                                                     int lifelineFd, int socketsFd) = 0;

  // A child of this process has been reaped: the init of a slot, perhaps.
  virtual void noteEnded(pid_t child) = 0;
};

// Null in a zygote that builds no slots.
kj::Own<SlotService> makeSlotService();

}  // namespace brood::zygote
