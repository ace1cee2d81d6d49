#include "recorder/exports/back_off.h"

#include <algorithm>

namespace brood::recorder {
namespace {

constexpr BackOff::Millis kLongestAsked = std::chrono::hours(1);

}  // namespace

BackOff::Millis BackOff::afterFailure(Millis asked) {
  std::uniform_int_distribution<Millis::rep> pick(next_.count() / 2, next_.count());
  const Millis wait(pick(chance_));
  next_ = std::min(longest_, next_ * 2);
  return std::max(wait, std::min(asked, kLongestAsked));
}

}  // namespace brood::recorder
