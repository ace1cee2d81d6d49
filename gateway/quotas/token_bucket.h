#pragma once
// A rate with room for bursts: jobs per minute.

#include <cstdint>

namespace brood::gateway {

// Holds `perMinute` tokens at most and gets that many back in a minute, evenly. The owner of the
// clock passes the time, in microseconds of one that does not go back. All arithmetic is in whole
// numbers, so that no token is ever made by rounding.
class TokenBucket {
 public:
  // Full at first. `perMinute` is from 1 to 10^9.
  TokenBucket(uint64_t perMinute, uint64_t nowMicros);

  // Takes one if there is one.
  bool take(uint64_t nowMicros);
  // Gives one back: what it was taken for has not happened.
  void putBack();

  uint64_t remaining(uint64_t nowMicros);
  // How long until there is a token; 0 if there is one now.
  uint64_t microsUntilOne(uint64_t nowMicros);
  // Changes the rate. A bucket keeps the share of it that was full.
  void setRate(uint64_t perMinute, uint64_t nowMicros);
  uint64_t perMinute() const { return perMinute_; }

 private:
  void refill(uint64_t nowMicros);

  uint64_t perMinute_;
  // In parts of a token of which a microsecond brings `perMinute_`.
  uint64_t parts_;
  uint64_t filledAtMicros_;
};

}  // namespace brood::gateway
