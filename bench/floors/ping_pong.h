#pragma once
// One byte there and back over a Unix socket between two processes: no answer of any service on
// this machine can come sooner.

#include <cstdint>
#include <vector>

#include "bench/floors/helper_process.h"

namespace brood::bench {

class PingPong {
 public:
  PingPong(int ourCpu, int peerCpu);

  int ourCpu() const { return ourCpu_; }
  int peerCpu() const { return peerCpu_; }
  // In nanoseconds. The caller has pinned itself to ourCpu().
  uint64_t roundTrip();
  // Pins the calling thread for the time it takes; the first few round trips are not counted.
  std::vector<uint64_t> roundTrips(size_t count);

 private:
  int ourCpu_;
  int peerCpu_;
  HelperProcess peer_;
};

// Between the first and the last CPU that this process may use.
PingPong acrossCpus();

}  // namespace brood::bench
