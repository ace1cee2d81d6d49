#pragma once
// Where a zygote gets the ability to build slots, if it has it.
//
// Exactly one of two libraries defines makeSlotService(): the slot builder's, or an empty one for
// the zygotes of languages, which then do not even contain that code.

#include <kj/memory.h>
#include <sys/types.h>

#include <variant>

#include "rpc/layers.h"
#include "rpc/owned_fd.h"
#include "rpc/techniques.h"
#include "rpc/zygote.capnp.h"
#include "zygote/step_failure.h"
#include "zygote/surroundings.h"

namespace brood {

struct BuiltSlot {
  pid_t initPid;
  OwnedFd initPidfd;
  LayerSet layers;  // With which it was built.
};

class SlotService {
 public:
  virtual ~SlotService() noexcept(false) = default;

  // Once, before the first slot. Moves this process into a mount namespace of its own that holds
  // nothing but the template and /proc. Throws when the template cannot be made.
  virtual void prepareRoot(wire::RootTemplate::Reader rootTemplate, const LayerPolicy& policy,
                           const Techniques& techniques) = 0;

  // Instead of that: slots will be directories of the host. Its policy is what caretakers obey.
  virtual void preparePlaces(const HostPlaces& host, const LayerPolicy& policy) = 0;
  // Removes what nobody cares for any more. Returns the process that does it, a child of this one;
  // 0 if there is nothing to do.
  virtual pid_t sweep() = 0;

  // The lifeline is borrowed. A slot that could not be set up has left no process but a zombie of
  // its init for the caller to reap.
  virtual std::variant<BuiltSlot, StepFailure> build(wire::BuildSlot::Reader request,
                                                     int lifelineFd) = 0;

  // A child of this process has been reaped: the init of a slot, perhaps.
  virtual void noteEnded(pid_t child) = 0;
};

// Null in a zygote that builds no slots.
kj::Own<SlotService> makeSlotService();

}  // namespace brood
