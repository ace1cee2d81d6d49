#pragma once
// The zygote's side of rpc/wire/zygote.capnp: one function per kind of event.

#include <kj/string.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runtimes/interface/runtime.h"
#include "zygote/process/step_failure.h"
#include "zygote/slots/slot_service.h"

namespace brood::zygote {

// Sends ZygoteEvents on a borrowed control socket. Throws when the supervisor is gone.
class ControlEvents {
 public:
  explicit ControlEvents(int controlFd) : controlFd_(controlFd) {}

  // The listener is borrowed, and may be none.
  void ready(uint64_t requestId, const WarmUpReport& report,
             const std::vector<std::string>& largeJobWords, uint64_t warmUpMicros,
             uint32_t threadCount, const OwnedFd& listener) const;
  void slotBuilt(uint64_t requestId, const BuiltSlot& slot, uint64_t elapsedMicros) const;
  // The pidfd is borrowed.
  void workerForked(uint64_t requestId, pid_t pid, int pidfd, uint64_t elapsedMicros) const;
  void failed(uint64_t requestId, const StepFailure& failure, kj::StringPtr detail = "") const;
  void exited(pid_t pid, int waitStatus, const rusage& usage) const;

 private:
  const int controlFd_;
};

}  // namespace brood::zygote
