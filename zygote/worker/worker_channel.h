#pragma once
// A worker's end of its channel: fixed-size frames up, one job down.

#include <capnp/serialize.h>
#include <kj/array.h>
#include <kj/function.h>

#include "base/owned_fd.h"
#include "rpc/wire/worker.capnp.h"
#include "rpc/wire/worker_frames.h"
#include "runtimes/interface/runtime.h"
#include "zygote/layers/rlimits.h"
#include "zygote/service/channel.h"
#include "zygote/worker/surroundings.h"

namespace brood::zygote {

// Tells the supervisor that the job has ended, and waits to be dismissed.
[[noreturn]] void endJob(int channelFd, int exitCode) noexcept;

struct JobMessage {
  kj::Array<capnp::word> memory;
  kj::ArrayPtr<const capnp::word> words;  // In `memory`. Empty at end of file: no job will come.
  // The content of the job's files, if it is not in the message.
  OwnedFd content;
  kj::ArrayPtr<const kj::byte> beyond;  // In `memory`: what was read of what follows the message.
};

// The work that a parked worker does when it is told to, before its job has come.
class ParkedWork {
 public:
  virtual ~ParkedWork() noexcept(false) = default;
  // A job may be on its way.
  virtual void rouse() noexcept {}
  // There is time to get ready for a larger job than most, until something `isWanted`.
  virtual void prime(kj::FunctionParam<bool()> isWanted) noexcept { static_cast<void>(isWanted); }
};

// Where a job arrives. Has memory for a small one ahead, so that reading it takes no pages.
class JobInbox {
 public:
  // Borrowed, a stream.
  explicit JobInbox(int channelFd);

  // The job's message, read whole. Once. Throws when what came is not a job. What the supervisor
  // asks for before that is done `meanwhile`, unless the job is there already.
  JobMessage receive(ParkedWork& meanwhile);
  JobMessage receive() {
    ParkedWork nothing;
    return receive(nothing);
  }

 private:
  bool waitFor(size_t bytes);
  kj::ArrayPtr<kj::byte> unread() { return memory_.asBytes().slice(begin_, end_); }
  JobMessage take(size_t bytes);

  int channelFd_;
  kj::Array<capnp::word> memory_;
  size_t begin_ = 0, end_ = 0;  // The bytes that have been read into it and not been looked at.
  OwnedFd content_;
};

// Keeps the JobSpec's borrowed pieces together: a view of the message.
class ReceivedJob {
 public:
  // Both borrowed.
  ReceivedJob(kj::ArrayPtr<const capnp::word> message, const Surroundings& surroundings);

  wire::WorkerJob::Reader reader() { return job_; }
  JobSpec spec() const;
  ProcessLimits limits() const;
  // Makes stderr another name of stdout, if the job wants that. 0, or errno.
  int mergeOutput() const;
  // Changes to the folder that the job names, if any. 0, or errno.
  int enterFolder() const;

 private:
  capnp::FlatArrayMessageReader message_;
  wire::WorkerJob::Reader job_;
  kj::String sourcePath_, folder_;
  kj::Vector<kj::StringPtr> args_;
  kj::Vector<kj::String> ownWords_;
  kj::Vector<kj::StringPtr> command_;
  kj::Vector<JobEnvVar> env_;
};

}  // namespace brood::zygote
