#include "supervisor/usage/cpu_account.h"

#include <algorithm>

namespace brood::supervisor {
namespace {

// An estimate is right on average, and too little by this much for processes whose children are
// waited for, so that chance adds nothing to what is known of them.
constexpr double kCaution = 0.75;
// So many looks may miss one that is there: the kernel's lists change under them.
constexpr uint64_t kMissedLooks = 4;

double shareOf(double ran, double delayed) {
  return ran + delayed <= 0 ? 1 : ran / (ran + delayed);
}

}  // namespace

const ProcessTimes* CpuAccount::earlier(const Key& key) const {
  const auto seen = seen_.find(key);
  if (seen != seen_.end()) return &seen->second.times;
  const auto lost = recentlyLost_.find(key);
  return lost == recentlyLost_.end() ? nullptr : &lost->second.times;
}

void CpuAccount::lose(const Key& key, const Seen& seen) {
  double unseen = 0;
  if (seen.times.isRunning) {
    const double stoodFor = static_cast<double>(seen.intervalMicros) * seen.runShare;
    // One that was there before has lived on for half of the time between two looks.
    unseen = seen.isOnce ? std::max(0.0, stoodFor - static_cast<double>(seen.times.ownMicros))
                         : stoodFor / 2;
  }
  recentlyLost_[key] = {seen.times, unseen, looks_};
}

void CpuAccount::settleLost() {
  for (auto lost = recentlyLost_.begin(); lost != recentlyLost_.end();) {
    if (looks_ - lost->second.look < kMissedLooks) {
      ++lost;
      continue;
    }
    lostMicros_ += lost->second.certainMicros();
    estimatedMicros_ += lost->second.estimatedMicros;
    lost = recentlyLost_.erase(lost);
  }
}

void CpuAccount::look(const std::vector<ProcessTimes>& processes, uint64_t intervalMicros) {
  ++looks_;
  std::map<Key, Seen> now;
  uint64_t living = 0;
  for (const auto& times : processes) {
    const Key key{times.pid, times.startTicks};
    living += times.ownMicros + times.childrenMicros;
    // The times that were there at the first look have been counted before.
    const ProcessTimes newborn{};
    const ProcessTimes* before = earlier(key);
    if (before == nullptr) before = looks_ == 1 ? &times : &newborn;
    const bool isOnce = before == &newborn || before == &times;
    auto since = [](uint64_t later, uint64_t sooner) {
      return static_cast<double>(later - std::min(later, sooner));
    };
    givenMicros_ += since(times.childrenMicros, before->childrenMicros);
    const double runShare = before == &times
                                ? 1
                                : shareOf(since(times.ownMicros, before->ownMicros),
                                          since(times.delayMicros, before->delayMicros));
    now.emplace(key, Seen{times, runShare, intervalMicros, isOnce});
    seen_.erase(key);
    recentlyLost_.erase(key);
  }
  for (const auto& [key, seen] : seen_) lose(key, seen);
  seen_ = std::move(now);
  settleLost();

  double certain = lostMicros_, estimated = estimatedMicros_;
  for (const auto& [key, lost] : recentlyLost_) {
    certain += lost.certainMicros();
    estimated += lost.estimatedMicros;
  }
  const double lost = certain + kCaution * estimated - givenMicros_;
  const uint64_t total = living + static_cast<uint64_t>(std::max(0.0, lost));
  totalMicros_ = std::max(totalMicros_, total);
}

}  // namespace brood::supervisor
