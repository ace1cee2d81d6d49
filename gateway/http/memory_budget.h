#pragma once
// One bound for all that is kept in memory on behalf of clients.

#include <cstdint>

#include "gateway/http/http_metrics.h"

namespace brood::gateway {

// The memory that all connections hold together, counted by their shares.
class MemoryBudget {
 public:
  // Borrowed.
  MemoryBudget(uint64_t maxBytes, HttpMetrics& metrics) : maxBytes_(maxBytes), metrics_(metrics) {}
  MemoryBudget(const MemoryBudget&) = delete;

  uint64_t usedBytes() const { return usedBytes_; }

 private:
  friend class BufferShare;

  bool take(uint64_t bytes);
  void giveBack(uint64_t bytes);

  const uint64_t maxBytes_;
  HttpMetrics& metrics_;
  uint64_t usedBytes_ = 0;
};

// The memory that one connection holds. The first bytes are free, so that clients with small
// requests and answers are served while others use up the budget; the number of connections bounds
// these.
class BufferShare {
 public:
  static constexpr uint64_t kFreeBytes = 128 << 10;

  // Borrowed.
  explicit BufferShare(MemoryBudget& budget) : budget_(budget) {}
  ~BufferShare() { clear(); }
  BufferShare(const BufferShare&) = delete;

  // False, and nothing has changed, where the budget has no room.
  bool reserve(uint64_t bytes);
  void giveBack(uint64_t bytes);
  void clear() { giveBack(heldBytes_); }

  uint64_t heldBytes() const { return heldBytes_; }

 private:
  static uint64_t counted(uint64_t bytes) { return bytes > kFreeBytes ? bytes - kFreeBytes : 0; }

  MemoryBudget& budget_;
  uint64_t heldBytes_ = 0;
};

}  // namespace brood::gateway
