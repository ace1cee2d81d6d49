#pragma once
// A clock that a test turns.

#include "gateway/quotas/access_clock.h"

namespace brood::gateway {

class TurnedClock final : public AccessClock {
 public:
  uint64_t monotonicMicros() const override { return micros; }
  UnixMillis wallMillis() const override {
    return startMillis + static_cast<UnixMillis>(micros / 1000);
  }
  void turn(uint64_t bySeconds) { micros += bySeconds * 1'000'000; }

  uint64_t micros = 5'000'000;
  UnixMillis startMillis = 1'795'933'191'000;  // 2026-11-29, in the morning.
};

}  // namespace brood::gateway
