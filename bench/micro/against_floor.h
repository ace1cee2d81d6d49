#pragma once
// A benchmark's samples beside those of its floor, taken in between.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace brood::bench {

// For benchmarks that use UseManualTime(). Reports p50_us, p99_us, floor_us (p50) and x_floor
// (p50 to p50) as counters; the time that Google Benchmark prints is the mean.
class AgainstFloor {
 public:
  // `floor` measures once and returns nanoseconds.
  AgainstFloor(benchmark::State& state, std::function<uint64_t()> floor)
      : state_(state), floor_(std::move(floor)) {}

  // One iteration's time.
  void add(uint64_t nanos);
  // After the last iteration.
  void report();

 private:
  benchmark::State& state_;
  std::function<uint64_t()> floor_;
  std::vector<uint64_t> samples_;
  std::vector<uint64_t> floorSamples_;
};

}  // namespace brood::bench
