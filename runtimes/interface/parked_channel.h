#pragma once
// For the addon of an interpreter that parks as a program of its own: how it says that it is ready,
// takes its one job and says that the job has ended.
//
// The worker becomes the interpreter by execve, already locked down; the addon is loaded into it.
// Implemented by zygote/worker/parked_channel.cc, so that a job is read as in every other worker.

#include <kj/common.h>
#include <kj/memory.h>

#include "runtimes/interface/runtime.h"

namespace brood {

class ParkedChannel {
 public:
  virtual ~ParkedChannel() noexcept(false) = default;

  // Says that this process is ready and blocks until its job comes, whose limits are then in force.
  // Null if none will come: the process is to exit. What is returned lives as long as the channel.
  // Throws when this process is no parked worker.
  virtual kj::Maybe<JobSpec> takeJob() = 0;

  // From the handler of on_exit(3), with all output written: ends the reply with this exit code,
  // waits until nobody needs the process any more, and ends it.
  [[noreturn]] virtual void done(int exitCode) noexcept = 0;
};

kj::Own<ParkedChannel> openParkedChannel();

// As takeJob() of a channel that lives as long as this process. The reply ends when exit(3) has
// called all other handlers, whichever way the job came there; a fork of the job's ends nothing.
// Where the job is to serve cells, the rest of the channel is the caller's.
kj::Maybe<JobSpec> takeParkedJob();

// For a cell: standard input has these bytes from here on, and then ends.
void placeParkedInput(kj::ArrayPtr<const kj::byte> bytes);

}  // namespace brood
