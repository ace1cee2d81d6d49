#include "supervisor/sandboxes/slot_ids.h"

#include <kj/debug.h>

namespace brood::supervisor {

SlotIds::SlotIds(uint32_t count) : count_(count) {
  for (uint32_t id = 0; id < count; ++id) free_.push_back(id);
}

uint32_t SlotIds::take() {
  KJ_REQUIRE(!free_.empty(), "all sandboxes are in use (sandbox.max_slots)", count_);
  const uint32_t id = free_.front();
  free_.pop_front();
  return id;
}

void SlotIds::giveBack(uint32_t id) {
  free_.push_back(id);
  for (const auto& tell : subscribers_) tell();
}

}  // namespace brood::supervisor
