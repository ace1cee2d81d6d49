#include "bench/scenarios/variant_run.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "bench/clients/job_series.h"
#include "bench/clients/rpc_job_client.h"
#include "bench/floors/fork_exit.h"
#include "bench/model/clock.h"
#include "bench/scenarios/throughput_run.h"
#include "bench/system/bench_system.h"
#include "bench/system/pool_watch.h"
#include "bench/system/process_size.h"

namespace brood::bench {
namespace {

// A thousand workers are to be parked, and each of them is to be ended.
constexpr kj::Duration kRestPatience = 120 * kj::SECONDS;
constexpr size_t kClients = 4;
constexpr size_t kJobsBefore = 10;  // Not measured: whoever is first finds everything cold.
constexpr size_t kWorkersLookedAt = 8;

uint64_t medianOf(std::vector<uint64_t> values) { return summarize(std::move(values)).p50; }

// One system, for as long as its turn is.
class VariantTurn {
 public:
  VariantTurn(UvAsyncIo& io, const Interrupt& interrupt, const Variant& variant,
              VariantFigures& figures)
      : io_(io),
        interrupt_(interrupt),
        figures_(figures),
        system_(io, interrupt, {.toml = variant.toml, .warmUp = variant.warmUp}),
        pools_(io, system_.socketPath(), interrupt) {
    pools_.waitReady();
    for (size_t i = 0; i < kJobsBefore; ++i) {
      client(rpc::StartPolicy::BEST)->run(JobMaker(Workload::print).next()).wait(io.waitScope());
    }
    pools_.waitAtRest(kRestPatience);
    noteSizes();
  }

  void measureLatency(size_t runs) {
    JobSeries hot(figures_.hot, client(rpc::StartPolicy::BEST), Workload::print,
                  rpc::StartKind::HOT);
    JobSeries warm(figures_.warm, client(rpc::StartPolicy::WARM), Workload::print,
                   rpc::StartKind::WARM);
    ForkExit equal(figures_.zygoteKib >> 10);
    for (size_t run = 0; run < runs; ++run) {
      pools_.waitAtRest(kRestPatience);
      hot.measure(io_.waitScope());
      if (run % 4 != 0) continue;
      pools_.waitAtRest(kRestPatience);
      warm.measure(io_.waitScope());
      equal.measure();
      figures_.equalFork.nanos.push_back(equal.measure());
    }
  }

  void measureLoad(double seconds, double secondsAfterwards, Progress& progress) {
    if (seconds == 0) return;
    pools_.waitAtRest(kRestPatience);
    const uint64_t busyBefore = busyMicros();
    ThroughputStep step{"RPC", kClients, seconds, [&] { return client(rpc::StartPolicy::BEST); },
                        secondsAfterwards};
    auto point = measureThroughput(io_, interrupt_, step, progress);
    // Until the pool is as it was: what a pool hides it does not remove.
    pools_.waitAtRest(kRestPatience);
    figures_.busyMicros += busyMicros() - busyBefore;
    figures_.load.seconds += point.seconds;
    figures_.load.failures += point.failures;
    if (figures_.load.firstProblem.empty()) figures_.load.firstProblem = point.firstProblem;
    figures_.load.nanos.insert(figures_.load.nanos.end(), point.nanos.begin(), point.nanos.end());
  }

 private:
  kj::Own<JobClient> client(rpc::StartPolicy policy) {
    return kj::heap<RpcJobClient>(io_, system_.socketPath(), policy);
  }

  void noteSizes() {
    const pid_t zygote = pools_.pythonZygote();
    figures_.zygoteKib = sizeOf(zygote).anonymousKib;
    std::vector<uint64_t> workers;
    for (pid_t worker : childrenOf(zygote)) {
      const auto size = sizeOf(worker);
      if (size.privateKib > 0) workers.push_back(size.privateKib + size.tablesKib);
      if (workers.size() == kWorkersLookedAt) break;
    }
    figures_.workerKib = medianOf(std::move(workers));
  }

  UvAsyncIo& io_;
  const Interrupt& interrupt_;
  VariantFigures& figures_;
  OwnSystem system_;
  PoolWatch pools_;
};

}  // namespace

std::vector<VariantFigures> measureVariants(UvAsyncIo& io, const Interrupt& interrupt,
                                            const std::vector<Variant>& variants,
                                            const VariantPlan& plan, Progress& progress) {
  std::vector<VariantFigures> all;
  for (const auto& variant : variants) {
    auto& figures = all.emplace_back();
    figures.group = variant.group;
    figures.key = variant.key;
    figures.title = variant.title;
    figures.size = variant.size;
    figures.load.clients = kClients;
  }
  const size_t turns = plan.rounds * variants.size();
  const size_t runs = std::max<size_t>(plan.runs / plan.rounds, 1);
  const double seconds = plan.seconds / static_cast<double>(plan.rounds);
  const uint64_t start = nowNanos();
  std::vector<size_t> order(variants.size());
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 shuffler;  // With its usual seed: the same order in every run.
  for (size_t turn = 0; turn < turns; ++turn) {
    // Nobody is always the first, or after the same one.
    if (turn % variants.size() == 0) std::shuffle(order.begin(), order.end(), shuffler);
    const size_t which = order[turn % variants.size()];
    const std::string text = "round " + std::to_string(turn / variants.size() + 1) + " of " +
                             std::to_string(plan.rounds) + ": " + variants[which].title;
    const double spent = static_cast<double>(nowNanos() - start) / 1e9;
    const double each = turn == 0 ? 0 : spent / static_cast<double>(turn);
    const double afterwards = each * static_cast<double>(turns - turn - 1);
    if (turn == 0) {
      progress.show(text);
    } else {
      progress.show(text, each + afterwards);
    }
    VariantTurn measured(io, interrupt, variants[which], all[which]);
    measured.measureLatency(runs);
    if (variants[which].takesLoad) measured.measureLoad(seconds, afterwards, progress);
  }
  return all;
}

}  // namespace brood::bench
