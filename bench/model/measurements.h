#pragma once
// Everything one run of the benchmark has found out, before it becomes a report.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/model/statistics.h"

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
  std::vector<uint64_t> nanos;  // One for each right answer within the time.
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

// A system that is configured otherwise.
struct VariantFigures {
  std::string group;
  std::string key;
  std::string title;
  double size = 0;  // Parked workers, or megabytes of heap.
  LatencySeries hot, warm;
  LatencySeries equalFork;  // A bare fork with as much touched memory, in small pages.
  ThroughputPoint load;
  // Time that the machine's CPUs were busy with those jobs, until the pool was full.
  uint64_t busyMicros = 0;
  uint64_t zygoteKib = 0;  // Anonymous memory; 0 if we may not look.
  uint64_t workerKib = 0;  // A parked worker's own memory, page tables with it.

  double busyMicrosPerJob() const {
    return load.nanos.empty()
               ? 0
               : static_cast<double>(busyMicros) / static_cast<double>(load.nanos.size());
  }
};

// Jobs of which one part is so large.
struct SizePoint {
  std::string part;       // "code", "stdin", "file" or "stdout"
  std::string transport;  // "RPC" or "HTTP"
  size_t bytes = 0;
  LatencySeries series;
};

// So many jobs at the same moment, on a full pool.
struct BurstPoint {
  size_t jobs = 0;
  std::vector<uint64_t> nanos;          // For each job, from the burst's beginning to its answer.
  std::vector<uint64_t> answeredNanos;  // For each burst, to its last answer.
  std::vector<uint64_t> refilledNanos;  // And until the pool was full again.
  size_t hot = 0;
  size_t warm = 0;
  size_t cold = 0;
  size_t failures = 0;
  std::string firstProblem;
};

// The objects that a system holds, by name. Sizes are in KiB.
struct Census {
  uint64_t processes = 0, networkNamespaces = 0, cgroups = 0, mounts = 0, descriptors = 0;
  uint64_t slabKib = 0;      // The machine's slab that cannot be reclaimed.
  uint64_t residentKib = 0;  // Anonymous memory of supervisor, gateway and zygotes.
};

// Many jobs, and what is left of them.
struct FlatFigures {
  size_t jobs = 0;
  double seconds = 0;
  Census before, after;
  size_t failures = 0;
  std::string firstProblem;
};

// One stage of a traced job's way.
struct TraceStage {
  std::string process;  // The process it belongs to: "gateway"; between two, the one that wakes up.
  std::string title;
  bool isPart = false;  // Part of the stage before it.
  std::vector<uint64_t> nanos;
  // By process, of all jobs that were counted.
  uint64_t gatewayCalls = 0, supervisorCalls = 0, workerCalls = 0, workerFaults = 0;
};

// Where the time of hot jobs over HTTP goes.
struct TraceFigures {
  std::vector<TraceStage> stages;
  // Whole times of the same jobs: without a trace; with the kernel's trace of who runs; with that
  // of calls.
  LatencySeries plain, switches, calls;
  size_t counted = 0;                                              // Jobs of `calls`.
  std::map<std::string, std::map<long, uint64_t>> callsOfProcess;  // By number.
  std::map<long, std::string> callNames;
  std::string whyNoKernel;  // Empty: the kernel's trace was there.
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
  std::vector<VariantFigures> variants;  // The first is what the others are compared with.
  std::vector<SizePoint> sizes;
  std::vector<BurstPoint> bursts;
  std::optional<TraceFigures> trace;
  std::optional<FlatFigures> flat;
  std::vector<std::string> leftOut;  // Scenarios that this run has not measured.

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
