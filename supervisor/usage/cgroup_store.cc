#include "supervisor/usage/cgroup_store.h"

#include <string>

namespace brood::supervisor {
namespace {

// More than are taken apart and built at the same time.
constexpr size_t kMostKept = 16;
constexpr auto kUnusedTime = 250 * kj::MILLISECONDS;

}  // namespace

CgroupStore::CgroupStore(CgroupDriver& driver, kj::Timer& timer, bool reuses,
                         const UsageLimits& limits)
    : driver_(driver), timer_(timer), reuses_(reuses), limits_(limits) {}

CgroupStore::~CgroupStore() noexcept(false) { drop(); }

kj::Own<UsageMeter> CgroupStore::take() {
  isUsed_ = true;
  if (kept_.empty()) return driver_.create("slot-" + std::to_string(made_++), limits_);
  auto group = kj::mv(kept_.back());
  kept_.pop_back();
  return group;
}

void CgroupStore::giveBack(kj::Own<UsageMeter> group) {
  if (!reuses_ || kept_.size() >= kMostKept || !group->renew(limits_)) {
    return remover_.remove(kj::mv(group));
  }
  const bool isFirst = kept_.empty();
  kept_.push_back(kj::mv(group));
  // A look that is under way would be cut off by another.
  if (isFirst) dropping_ = dropWhenUnused().eagerlyEvaluate(nullptr);
}

kj::Promise<void> CgroupStore::dropWhenUnused() {
  isUsed_ = false;
  return timer_.afterDelay(kUnusedTime).then([this]() -> kj::Promise<void> {
    if (isUsed_) return dropWhenUnused();
    drop();
    return kj::READY_NOW;
  });
}

void CgroupStore::drop() {
  for (auto& group : kept_) remover_.remove(kj::mv(group));
  kept_.clear();
}

}  // namespace brood::supervisor
