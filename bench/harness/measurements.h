#pragma once
// Everything one run of the benchmark has found out, before it becomes a report.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/statistics.h"

namespace brood::bench {

// One thing measured many times, one at a time.
struct LatencySeries {
  std::string key;    // "rpc_hot"
  std::string title;  // "hot, over RPC"
  std::string group;  // Heading it stands under.
  std::vector<uint64_t> nanos;
  // A job that was started otherwise than the series is about: counted, not timed.
  size_t otherStarts = 0;
  size_t failures = 0;
  std::string firstProblem;
};

// N clients without a pause for a fixed time.
struct ThroughputPoint {
  std::string transport;  // "RPC" or "HTTP"
  size_t clients = 0;
  double seconds = 0;
  std::vector<uint64_t> nanos;  // Of each right answer within the time.
  size_t hot = 0;
  size_t warm = 0;
  size_t cold = 0;
  size_t failures = 0;
  std::string firstProblem;

  double jobsPerSecond() const {
    return seconds > 0 ? static_cast<double>(nanos.size()) / seconds : 0;
  }
};

// Jobs at a fixed mean rate, whether or not earlier ones have been answered.
struct OpenLoopPoint {
  double jobsPerSecond = 0;
  double seconds = 0;
  size_t due = 0;
  std::vector<uint64_t> nanos;  // From when a job was due to its right answer.
  size_t hot = 0;
  size_t warm = 0;
  size_t cold = 0;
  size_t failures = 0;
  std::string firstProblem;
};

// The sample program of a language.
struct LanguageFigures {
  std::string name;
  std::string version;
  std::string warmBy;    // "fork", "parked" or "exec"
  LatencySeries native;  // Its run command as a process of its own, without a sandbox.
  LatencySeries hot, cold;
  ThroughputPoint load;
};

struct Measurements {
  std::string version;
  std::string kernel;
  size_t cpus = 0;
  std::string isolation;
  bool isOwnSystem = false;
  size_t unsettledWaits = 0;  // Jobs measured while the system still had other work.
  std::vector<LatencySeries> latency;
  std::vector<ThroughputPoint> throughput;
  std::vector<OpenLoopPoint> openLoop;
  std::vector<LanguageFigures> languages;

  size_t failures() const;
};

// A quotient or difference of medians.
struct Ratio {
  std::string key;
  std::string title;
  double value;
  std::string unit;  // "x" or "us"
};

// Those whose series have samples.
std::vector<Ratio> ratiosOf(const Measurements& measurements);

}  // namespace brood::bench
