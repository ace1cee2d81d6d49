#pragma once
// How many refusals of one kind are written down one by one.

#include <cstdint>
#include <optional>

namespace brood::gateway {

// A client that tries keys could fill the disk. The first few refusals in each second are told one
// by one; the number of the others is told once the second is over.
class RefusalMeter {
 public:
  static constexpr uint64_t kToldEachSecond = 10;

  struct Advice {
    bool tell = false;
    uint64_t untold = 0;  // In the seconds before this one.
  };
  Advice next(uint64_t nowMicros) {
    const uint64_t second = nowMicros / 1'000'000;
    Advice advice;
    if (second != second_) {
      advice.untold = untold_;
      second_ = second;
      told_ = untold_ = 0;
    }
    advice.tell = told_ < kToldEachSecond;
    ++(advice.tell ? told_ : untold_);
    return advice;
  }

 private:
  uint64_t second_ = 0;
  uint64_t told_ = 0;
  uint64_t untold_ = 0;
};

}  // namespace brood::gateway
