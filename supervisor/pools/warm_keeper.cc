#include "supervisor/pools/warm_keeper.h"

namespace brood::supervisor {

void WarmKeeper::noteJob() {
  lastJobAt_ = timer_.now();
  if (isKeeping_) return;
  isKeeping_ = true;
  keeping_ = keepOn().eagerlyEvaluate(nullptr);
}

kj::Promise<void> WarmKeeper::keepOn() {
  return timer_.afterDelay(kPause).then([this]() -> kj::Promise<void> {
    if (timer_.now() - lastJobAt_ > kMoment) {
      isKeeping_ = false;
      return kj::READY_NOW;
    }
    goThrough_();
    return keepOn();
  });
}

}  // namespace brood::supervisor
