#pragma once
// The source of workers' forks: one zygote, or the zygotes of a profile.

#include <kj/async.h>
#include <sys/types.h>

#include <functional>
#include <vector>

#include "rpc/wire/zygote.capnp.h"
#include "supervisor/processes/child_process.h"

namespace brood::supervisor {

class ForkSource {
 public:
  virtual ~ForkSource() noexcept(false) = default;

  virtual bool ready() const = 0;
  // Resolves when it is. Rejects with the last error once several starts in a row have failed (it
  // goes on trying all the same).
  virtual kj::Promise<void> whenReady() = 0;
  // Calls `tell` each time there is a zygote to fork that was not there before. Subscribers are
  // called in the order in which they came.
  void onReady(std::function<void()> tell) { subscribers_.push_back(std::move(tell)); }
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
      const std::function<void(wire::ZygoteRequest::Builder)>& fill,
      kj::ArrayPtr<const int> fds) = 0;

  // True while this zygote has been replaced but still has living forks.
  virtual bool isLeaving(pid_t zygote) const {
    static_cast<void>(zygote);
    return false;
  }
  virtual bool isAnyLeaving() const { return false; }

 protected:
  void tellReady() const {
    for (const auto& tell : subscribers_) tell();
  }

 private:
  std::vector<std::function<void()>> subscribers_;
};

}  // namespace brood::supervisor
