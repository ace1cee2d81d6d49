#include "gateway/http/memory_budget.h"

#include <algorithm>

namespace brood::gateway {

bool MemoryBudget::take(uint64_t bytes) {
  if (bytes > maxBytes_ - usedBytes_) {
    metrics_.noteBuffersFull();
    return false;
  }
  usedBytes_ += bytes;
  metrics_.noteBuffered(usedBytes_);
  return true;
}

void MemoryBudget::giveBack(uint64_t bytes) {
  usedBytes_ -= bytes;
  metrics_.noteBuffered(usedBytes_);
}

bool BufferShare::reserve(uint64_t bytes) {
  const uint64_t more = counted(heldBytes_ + bytes) - counted(heldBytes_);
  if (more > 0 && !budget_.take(more)) return false;
  heldBytes_ += bytes;
  return true;
}

void BufferShare::giveBack(uint64_t bytes) {
  const uint64_t left = heldBytes_ - std::min(bytes, heldBytes_);
  const uint64_t less = counted(heldBytes_) - counted(left);
  heldBytes_ = left;
  if (less > 0) budget_.giveBack(less);
}

}  // namespace brood::gateway
