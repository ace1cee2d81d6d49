#include "bench/micro/against_floor.h"

#include "bench/model/statistics.h"

namespace brood::bench {

constexpr size_t kIterationsPerFloor = 4;

void AgainstFloor::add(uint64_t nanos) {
  if (samples_.size() % kIterationsPerFloor == 0) floorSamples_.push_back(floor_());
  samples_.push_back(nanos);
  state_.SetIterationTime(static_cast<double>(nanos) / 1e9);
}

void AgainstFloor::report() {
  Summary measured = summarize(std::move(samples_));
  Summary floor = summarize(std::move(floorSamples_));
  state_.counters["p50_us"] = static_cast<double>(measured.p50) / 1e3;
  state_.counters["p99_us"] = static_cast<double>(measured.p99) / 1e3;
  state_.counters["floor_us"] = static_cast<double>(floor.p50) / 1e3;
  state_.counters["x_floor"] = ratioOfMedians(measured, floor);
}

}  // namespace brood::bench
