#pragma once
// The bytes that a connection has sent and we have not used yet.

#include <kj/array.h>
#include <kj/async-io.h>

#include <string_view>

namespace brood::gateway {

// Reads ahead into a fixed buffer, one read at a time. The read belongs to the buffer, not to who
// waits for it: dropping a promise of whenMore() loses no bytes, so a request's handler can race
// the peer's disappearance. Cancelling a bare tryRead() could lose what had just arrived.
class InputBuffer {
 public:
  InputBuffer(kj::AsyncIoStream& stream, size_t capacityBytes)
      : stream_(stream), storage_(kj::heapArray<char>(capacityBytes)) {}
  KJ_DISALLOW_COPY(InputBuffer);

  std::string_view bytes() const { return {storage_.begin() + begin_, end_ - begin_}; }
  void consume(size_t count);

  bool isFull() const { return end_ - begin_ == storage_.size(); }
  // No byte will follow: the peer closed its sending side, or the connection is lost.
  bool hasEnded() const { return ended_; }
  // The connection is lost: neither will anything we send arrive.
  bool isLost() const { return lost_; }

  // Resolves when bytes() has grown or the input has ended. At most one waiter; not when full.
  kj::Promise<void> whenMore();

 private:
  void startReading();
  void wakeWaiter();

  kj::AsyncIoStream& stream_;
  kj::Array<char> storage_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool ended_ = false;
  bool lost_ = false;
  bool reading_ = false;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> waiter_;
  kj::Promise<void> read_ = nullptr;
};

}  // namespace brood::gateway
