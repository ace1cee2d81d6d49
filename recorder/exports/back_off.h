#pragma once
// How long to wait before a server is asked again that could not be reached.

#include <chrono>
#include <cstdint>
#include <random>

namespace brood::recorder {

// Twice as long each time, from `first` up to `longest`, less up to half of it by chance, so that
// many who lost the same server do not come back at the same moment.
class BackOff {
 public:
  using Millis = std::chrono::milliseconds;

  BackOff(Millis first, Millis longest, uint32_t seed = std::random_device()())
      : first_(first), longest_(longest), next_(first), chance_(seed) {}

  // At least `asked`, if the server has said how long; beyond an hour it is not believed.
  Millis afterFailure(Millis asked = Millis(0));
  void afterSuccess() { next_ = first_; }

 private:
  Millis first_;
  Millis longest_;
  Millis next_;
  std::minstd_rand chance_;
};

}  // namespace brood::recorder
