#pragma once
// One output stream of a job: reads its pipe, keeps or forwards the head, counts, stops at the cap.

#include <kj/async.h>
#include <kj/vector.h>

#include <vector>

#include "rpc/calls/supervisor.capnp.h"
#include "rpc/loop/uv_event_port.h"

namespace brood::supervisor {

// Memory is bounded by the cap (collecting) or by one chunk (forwarding: the next read waits until
// the sink has taken the last).
class OutputCollector {
 public:
  // `fd` is borrowed and non-blocking. With a sink the bytes go there, else they are kept.
  OutputCollector(int fd, UvFdObserver& observer, rpc::OutputStream stream, uint64_t capBytes,
                  kj::Maybe<rpc::OutputSink::Client&> sink);
  KJ_DISALLOW_COPY(OutputCollector);

  // Starts reading in the background. The promise resolves if and when the job has written more
  // than the cap, and rejects when the sink or a read fails; otherwise it stays pending.
  kj::Promise<void> whenOverCap();

  // Forwards what the pipe holds now. Resolves when the sink has taken it.
  kj::Promise<void> forwardPresent();
  // Takes what the pipe still holds, without waiting for writers that may live on. What is
  // forwarded is sent at once, whether or not the sink has taken what came before: who does not
  // read what a job printed keeps its sandbox no longer than it lives. What is on its way then is
  // bounded by the window of Cap'n Proto's flow control and by what the pipe holds.
  void finish();

  kj::ArrayPtr<const kj::byte> collected() const { return kept_; }
  bool truncated() const { return overCap_; }
  // All that was read, what was left out included. Reading stops at the cap.
  uint64_t writtenBytes() const { return takenBytes_ + droppedBytes_; }

 private:
  enum class ReadEnd { wouldBlock, endOfFile, chunk };

  kj::Promise<void> pump();
  // Reads once, or throws; a chunk to forward is left in `chunk_`.
  ReadEnd readOnce();
  kj::Promise<void> forwardChunk();

  int fd_;
  UvFdObserver& observer_;
  rpc::OutputStream stream_;
  uint64_t capBytes_;
  kj::Maybe<rpc::OutputSink::Client&> sink_;

  uint64_t takenBytes_ = 0;
  uint64_t droppedBytes_ = 0;
  bool overCap_ = false;
  bool finishing_ = false;
  kj::Vector<kj::byte> kept_;
  kj::Array<kj::byte> chunk_;
  kj::Own<kj::PromiseFulfiller<void>> overCapFulfiller_;
  kj::Promise<void> pumping_ = nullptr;
  std::vector<kj::Promise<void>> lastSent_;
  // By forwardPresent(), beside the pump. Not to be broken off by whoever asked for it.
  kj::Maybe<kj::ForkedPromise<void>> present_;
};

}  // namespace brood::supervisor
