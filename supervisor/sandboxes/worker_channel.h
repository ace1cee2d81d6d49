#pragma once
// The channel between the supervisor and a worker: jobs and words go down, frames come up.

#include <kj/async.h>

#include "rpc/loop/uv_event_port.h"
#include "rpc/wire/worker_frames.h"
#include "supervisor/sandboxes/encoded_job.h"
#include "supervisor/sandboxes/frame_reader.h"

namespace brood::supervisor {

class WorkerChannel {
 public:
  // `fd` is our end of a stream socket, non-blocking.
  WorkerChannel(UvEventPort& port, OwnedFd fd);
  KJ_DISALLOW_COPY(WorkerChannel);

  // Next frame from the worker, or nullptr once the channel has ended or carried something that is
  // not a frame (after which it is not read again), or when there is a result to take before it.
  kj::Promise<kj::Maybe<WorkerFrame>> readFrame();
  // Same without waiting: nullptr also means "not yet".
  kj::Maybe<WorkerFrame> tryReadFrame() { return frames_.tryRead(); }
  FrameReader& frames() { return frames_; }
  // Tells a worker that waits for it that its latest result, and the output before it, are taken.
  void acknowledgeResult() noexcept;

  // Says that a job may be on its way. To a parked worker that is a fork of its zygote.
  void rouse() noexcept { sendHeader(WorkerJobHeader::kRouse); }
  // Tells such a worker that there is time to get ready for a larger job. Once.
  void prime() noexcept { sendHeader(WorkerJobHeader::kPrime); }
  // Writes all of it; waits while the worker is slow to read. Rejects DISCONNECTED if it is gone.
  kj::Promise<void> send(EncodedJob job);
  kj::Promise<void> send(kj::Array<kj::byte> bytes);
  // Of a worker that sends no frames: some of what has come, and 0 at the end.
  kj::Promise<size_t> readSome(kj::ArrayPtr<kj::byte> buffer);

 private:
  void sendHeader(uint32_t byteLength) noexcept;

  OwnedFd fd_;
  FrameReader frames_;
  UvFdObserver observer_;  // Goes before the descriptor it borrows.
};

}  // namespace brood::supervisor
