#include "supervisor/pools/pool_pair.h"

namespace brood::supervisor {
namespace {

// Grows with its jobs as far as any, and is empty when there are none.
ProfileConfig withoutSpares(ProfileConfig config) {
  config.maxIdle = config.mostIdle();
  config.minIdle = config.targetIdle = 0;
  return config;
}

}  // namespace

PoolPair::PoolPair(kj::Timer& timer, ForkSource& zygote, const Launchers& launchers,
                   PoolGovernor& governor, const ProfileConfig& config)
    : plainConfig_(launchers.isOutboundUsual ? withoutSpares(config) : config),
      outboundConfig_(launchers.isOutboundUsual ? config : withoutSpares(config)),
      isOutboundUsual_(launchers.isOutboundUsual),
      plain_(kj::heap<WarmPool>(timer, zygote, launchers.plain, governor, plainConfig_)),
      outbound_(launchers.outbound == nullptr
                    ? kj::Own<WarmPool>()
                    : kj::heap<WarmPool>(timer, zygote, *launchers.outbound, governor,
                                         outboundConfig_)) {}

std::vector<const WarmPool*> PoolPair::all() const {
  std::vector<const WarmPool*> pools{plain_.get()};
  if (outbound_.get() != nullptr) pools.push_back(outbound_.get());
  return pools;
}

void PoolPair::refill() {
  plain_->refill();
  if (outbound_.get() != nullptr) outbound_->refill();
}

void PoolPair::drain() {
  plain_->drain();
  if (outbound_.get() != nullptr) outbound_->drain();
}

void PoolPair::dropUnusable() {
  if (outbound_.get() != nullptr) outbound_->dropUnusable();
}

size_t PoolPair::leased() const {
  return plain_->leased() + (outbound_.get() != nullptr ? outbound_->leased() : 0);
}

kj::Promise<void> PoolPair::whenNoneLeased() {
  if (outbound_.get() == nullptr) return plain_->whenNoneLeased();
  return kj::joinPromises(kj::arr(plain_->whenNoneLeased(), outbound_->whenNoneLeased()));
}

}  // namespace brood::supervisor
