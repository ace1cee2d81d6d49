#pragma once
// Takes frames off a worker's channel, of which every byte may be hostile.

#include <kj/common.h>

#include "rpc/worker_frames.h"

namespace brood {

// A frame may arrive in any number of pieces. What is not a frame ends the channel for good: a
// stream that is out of step has no beginning of the next.
class FrameReader {
 public:
  // `channelFd` is borrowed and non-blocking.
  explicit FrameReader(int channelFd) : channelFd_(channelFd) {}

  // The next frame, its `layer` terminated; nullptr when there is none yet or the channel has
  // ended.
  kj::Maybe<WorkerFrame> tryRead();
  // At end of file, on an error, or after something that was not a frame.
  bool hasEnded() const { return ended_; }

 private:
  int channelFd_;
  WorkerFrame partial_{};
  size_t partialBytes_ = 0;
  bool ended_ = false;
};

}  // namespace brood
