#pragma once
// Bytes on a worker's channel, in both directions.

#include <kj/array.h>

#include "rpc/wire/worker_frames.h"

namespace brood::zygote {

// False when the other end is gone. Allocates nothing.
bool sendAll(int channelFd, kj::ArrayPtr<const kj::byte> bytes) noexcept;

// Sends one frame on a (borrowed) connected stream socket. Errors are ignored: they mean that
// whoever could be told is gone. Allocates nothing.
void sendWorkerFrame(int channelFd, const WorkerFrame& frame) noexcept;

// The kernel charges a running thread at the next tick or switch, so the supervisor would read no
// CPU time at all for work of less than a tick. A thread that asks for its own clock is charged at
// once; asking for another process's clock does not charge it.
void settleOwnCpuTime() noexcept;

// Reads a channel from behind the job that it began with.
class ChannelReader {
 public:
  // The descriptor is borrowed. `begun` is what has been read of it already, and is copied.
  ChannelReader(int channelFd, kj::ArrayPtr<const kj::byte> begun);

  // Blocks until there is something to read, or end of file. False if a signal came before.
  bool await() const;

  // Fills the buffer. False at end of file before its first byte; throws within it.
  bool read(kj::ArrayPtr<kj::byte> buffer);

 private:
  const int channelFd_;
  kj::Array<kj::byte> begun_;
  size_t taken_ = 0;
};

}  // namespace brood::zygote
