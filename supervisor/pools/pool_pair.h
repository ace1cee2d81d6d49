#pragma once
// Workers of one interpreter without network and with it.

#include <kj/async.h>

#include <vector>

#include "supervisor/pools/warm_pool.h"

namespace brood::supervisor {

// Start workers in sandboxes without network and, where jobs may have it, in sandboxes with it.
// Borrowed, both.
struct Launchers {
  Launchers(WorkerLauncher& without, WorkerLauncher* withNetwork = nullptr,
            bool isNetworkUsual = false)
      : plain(without), outbound(withNetwork), isOutboundUsual(isNetworkUsual) {}

  WorkerLauncher& of(bool hasNetwork) const { return hasNetwork ? *outbound : plain; }

  WorkerLauncher& plain;
  WorkerLauncher* outbound;
  bool isOutboundUsual;  // A job that does not say has network.
};

// The workers of one interpreter: those in sandboxes without network, and those with it. What is
// kept ready according to the configuration are those that a usual job needs; the others follow
// their jobs.
class PoolPair {
 public:
  // All borrowed.
  PoolPair(kj::Timer& timer, ForkSource& zygote, const Launchers& launchers, PoolGovernor& governor,
           const ProfileConfig& config);
  KJ_DISALLOW_COPY(PoolPair);

  // There is one with network only if there is a launcher for it.
  WarmPool& of(bool hasNetwork) { return hasNetwork ? *outbound_ : *plain_; }
  const WarmPool& usual() const { return isOutboundUsual_ ? *outbound_ : *plain_; }
  // One or both.
  std::vector<const WarmPool*> all() const;

  void refill();
  void drain();
  // Retires parked workers that no job may be given to.
  void dropUnusable();
  size_t leased() const;
  // Resolves when none is.
  kj::Promise<void> whenNoneLeased();

 private:
  const ProfileConfig plainConfig_, outboundConfig_;
  const bool isOutboundUsual_;
  kj::Own<WarmPool> plain_, outbound_;
};

}  // namespace brood::supervisor
