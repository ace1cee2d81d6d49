#pragma once
// The numbers of sandboxes, which their host ids come from: shared by all pools of one supervisor.

#include <kj/common.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace brood::supervisor {

class SlotIds {
 public:
  explicit SlotIds(uint32_t count);
  KJ_DISALLOW_COPY(SlotIds);

  // Throws if all are in use.
  uint32_t take();
  void giveBack(uint32_t id);
  bool areAllTaken() const { return free_.empty(); }
  // Calls `tell` each time one is given back.
  void onGivenBack(std::function<void()> tell) { subscribers_.push_back(std::move(tell)); }

 private:
  const uint32_t count_;
  std::deque<uint32_t> free_;  // Oldest first, so that a uid rests before it is used again.
  std::vector<std::function<void()>> subscribers_;
};

}  // namespace brood::supervisor
