#pragma once
// Builds slots that are directories of the host: workspace/ and tmp/ in one with a random name.
//
// Each has a caretaker, the "init" of a slot that has no processes of its own: it holds a lock on
// the directory, waits for the end of its lifeline or for SIGTERM, and removes the directory with
// all that is in it. A directory that nobody holds a lock on is one that nobody cares for any more.

#include <kj/string.h>
#include <sys/types.h>

#include <string>
#include <variant>
#include <vector>

#include "zygote/slots/slot_service.h"
#include "zygote/worker/surroundings.h"

namespace brood::zygote {

class PlaceBuilder {
 public:
  // Makes the directory of directories.
  PlaceBuilder(const HostPlaces& host, const LayerPolicy& policy);

  // The lifeline is borrowed.
  std::variant<BuiltSlot, StepFailure> build(kj::StringPtr place, int lifelineFd);
  // Removes the directories whose caretakers have died, in a process whose id is returned; 0 if
  // there are none.
  pid_t sweep();

 private:
  std::vector<std::string> abandoned() const;

  const std::string slots_;
  const LayerPolicy policy_;
};

}  // namespace brood::zygote
