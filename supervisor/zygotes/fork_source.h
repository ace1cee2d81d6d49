#pragma once
// What workers are forked by: one zygote, or the zygotes of a profile.

#include <kj/async.h>
#include <sys/types.h>

#include <functional>

#include "rpc/zygote.capnp.h"
#include "supervisor/child_process.h"

namespace brood {

class ForkSource {
 public:
  virtual ~ForkSource() noexcept(false) = default;

  virtual bool ready() const = 0;
  // Whether workers become the program that a job is run by, and so must be told of it.
  virtual bool executesPrograms() const = 0;
  // Whether workers have something to get ready for when they are told that there is time.
  virtual bool knowsLargeJobs() const { return false; }
  // Whether that is a job with this text.
  virtual bool isLargeJob(kj::ArrayPtr<const kj::byte> text) const {
    static_cast<void>(text);
    return false;
  }

  // Sends one buildSlot or forkWorker request and resolves with the process it made. The
  // descriptors are borrowed until then. Rejects (FAILED) with the zygote's own account of what
  // went wrong, or (DISCONNECTED) when the zygote dies first.
  virtual kj::Promise<kj::Own<ChildProcess>> request(
      const std::function<void(wire::ZygoteRequest::Builder)>& fill, kj::ArrayPtr<const int> fds) = 0;

  // Has been succeeded, and ends with the last that it has forked.
  virtual bool isLeaving(pid_t zygote) const {
    static_cast<void>(zygote);
    return false;
  }
  virtual bool isAnyLeaving() const { return false; }
};

}  // namespace brood
