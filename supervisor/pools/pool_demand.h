#pragma once
// How many parked workers the jobs of late would have needed.

#include <kj/time.h>

#include <array>
#include <cstdint>

namespace brood::supervisor {

// A used worker is replaced within the refill time; jobs that arrive meanwhile live off what is
// parked. So a pool wants as many as came within one refill time at the busiest moment of the last
// minute, and a margin, since the next minute's may be busier. Time is the caller's.
class PoolDemand {
 public:
  // A job wants a worker.
  void noteArrival(kj::TimePoint now);
  // A worker has been started and parked.
  void noteRefill(kj::Duration took);

  // 0 when there was no job for a minute.
  uint32_t wanted(kj::TimePoint now);

  // The recent average, smoothed.
  kj::Duration refillTime() const { return refillTime_; }

 private:
  static constexpr size_t kBuckets = 600;

  // Empties the buckets of the time since the last call.
  void advance(kj::TimePoint now);
  size_t refillBuckets() const;

  std::array<uint16_t, kBuckets> arrivals_{};  // A ring; one per kBucketTime.
  int64_t current_ = 0;                        // Number of the newest bucket since the origin.
  // The sum of all buckets: without any there is no demand.
  uint64_t total_ = 0;
  kj::Duration refillTime_ = 50 * kj::MILLISECONDS;
};

}  // namespace brood::supervisor
