#pragma once
// The latest output of a command, for whoever follows it, from the beginning or later.

#include <kj/array.h>
#include <kj/async.h>

#include <deque>
#include <string>
#include <vector>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::supervisor {

class OutputRing {
 public:
  // Keeps the last pieces that have so many bytes together, and at least one.
  explicit OutputRing(size_t mostBytes) : mostBytes_(mostBytes) {}
  KJ_DISALLOW_COPY(OutputRing);

  struct Piece {
    rpc::OutputStream stream;
    std::string bytes;
  };
  void add(rpc::OutputStream stream, kj::ArrayPtr<const kj::byte> bytes);
  // There will be no more.
  void end();

  // Pieces are numbered from 0. Those from first() to before next() are kept.
  uint64_t first() const { return next() - pieces_.size(); }
  uint64_t next() const { return next_; }
  bool hasEnded() const { return hasEnded_; }
  const Piece& piece(uint64_t number) const { return pieces_[number - first()]; }
  // Resolves when there is a piece after those before `number`, or the end.
  kj::Promise<void> whenMore(uint64_t number);

 private:
  void tell();

  const size_t mostBytes_;
  std::deque<Piece> pieces_;
  size_t bytes_ = 0;
  uint64_t next_ = 0;
  bool hasEnded_ = false;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> waiting_;
};

}  // namespace brood::supervisor
