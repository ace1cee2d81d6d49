#include "bench/scenarios/one_system_run.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "bench/clients/rpc_job_client.h"
#include "bench/scenarios/burst_run.h"
#include "bench/scenarios/latency_run.h"
#include "bench/scenarios/open_loop_run.h"
#include "bench/scenarios/size_run.h"
#include "bench/scenarios/throughput_run.h"
#include "bench/system/bench_system.h"
#include "bench/system/pool_watch.h"
#include "bench/system/process_size.h"

namespace brood::bench {
namespace {

constexpr kj::Duration kRestPatience = 10 * kj::SECONDS;
// Parts of the best rate.
constexpr double kParts[] = {0.25, 0.5, 0.75};
constexpr size_t kOpenLoopConnections = 128;

constexpr size_t kSizeShare = 50;  // The part of the runs that each size gets.
const std::vector<size_t> kPayloads{1 << 10, 8 << 10, 64 << 10, 512 << 10, 2 << 20, 8 << 20};
const std::vector<size_t> kQuickPayloads{1 << 10, 64 << 10, 1 << 20};
const std::vector<size_t> kOutputs{1 << 10, 8 << 10, 64 << 10, 256 << 10, 1 << 20};
const std::vector<size_t> kQuickOutputs{1 << 10, 64 << 10, 1 << 20};
const std::vector<size_t> kBursts{8, 32, 64, 128, 256};
const std::vector<size_t> kQuickBursts{8, 64};
constexpr size_t kBurstShare = 100;  // The part of the runs that each burst gets.
constexpr double kSecondsPerSizedJob = 0.04;
constexpr double kSecondsPerBurstJob = 0.01;

class OneSystemRun {
 public:
  OneSystemRun(UvAsyncIo& io, const Interrupt& interrupt, const Options& options,
               const BenchSystem& system, PoolWatch& pools, Progress& progress,
               Measurements& measurements)
      : io_(io),
        interrupt_(interrupt),
        options_(options),
        system_(system),
        pools_(pools),
        progress_(progress),
        measurements_(measurements) {}

  void run(Floors& floors) {
    const auto steps = throughputSteps();
    const double load = loadSeconds(steps), bursting = load + burstSeconds();
    const double printing = bursting + sizeSeconds("output", 1, outputs());
    if (options_.measures("latency")) {
      latency(floors, printing + sizeSeconds("payload", 3, payloads()));
    }
    if (options_.measures("payload")) {
      sizes({SizedPart::code, SizedPart::stdinText, SizedPart::file}, payloads(), printing);
    }
    if (options_.measures("output")) {
      sizes({SizedPart::output}, outputs(), bursting);
    }
    if (options_.measures("bursts")) bursts(load);
    for (const auto& step : steps) {
      pools_.waitAtRest(kRestPatience);
      measurements_.throughput.push_back(measureThroughput(io_, interrupt_, step, progress_));
    }
    if (options_.measures("open-loop")) openLoop();
  }

 private:
  kj::Own<JobClient> rpcClient() {
    return kj::heap<RpcJobClient>(io_, system_.socketPath(), rpc::StartPolicy::BEST);
  }

  size_t openLoopSteps() const {
    if (!options_.measures("open-loop")) return 0;
    return options_.rates ? options_.rates->size() : std::size(kParts);
  }

  double loadSeconds(const std::vector<ThroughputStep>& steps) const {
    return options_.seconds * static_cast<double>(steps.size() + openLoopSteps());
  }

  const std::vector<size_t>& payloads() const {
    return options_.isQuick ? kQuickPayloads : kPayloads;
  }
  const std::vector<size_t>& outputs() const { return options_.isQuick ? kQuickOutputs : kOutputs; }
  const std::vector<size_t>& burstSizes() const {
    return options_.isQuick ? kQuickBursts : kBursts;
  }
  size_t sizeRuns() const { return std::max<size_t>(options_.runs / kSizeShare, 3); }
  size_t burstRounds() const { return std::max<size_t>(options_.runs / kBurstShare, 2); }

  // Estimates how long later scenarios take.
  double sizeSeconds(const char* scenario, size_t parts, const std::vector<size_t>& bytes) const {
    if (!options_.measures(scenario)) return 0;
    return kSecondsPerSizedJob * 2 * static_cast<double>(sizeRuns() * parts * bytes.size());
  }
  double burstSeconds() const {
    if (!options_.measures("bursts")) return 0;
    size_t jobs = 0;
    for (size_t each : burstSizes()) jobs += each * burstRounds();
    return kSecondsPerBurstJob * static_cast<double>(jobs);
  }

  std::vector<ThroughputStep> throughputSteps() {
    std::vector<ThroughputStep> steps;
    if (options_.seconds == 0 || !options_.measures("throughput")) return steps;
    for (size_t clients : options_.clients) {
      steps.push_back({"RPC", clients, options_.seconds, [this] { return rpcClient(); }, 0});
    }
    if (system_.httpAddress()) {
      for (size_t clients : options_.clients) {
        steps.push_back({"HTTP", clients, options_.seconds,
                         [this]() -> kj::Own<JobClient> {
                           return kj::heap<HttpJobClient>(io_, *system_.httpAddress());
                         },
                         0});
      }
    }
    double after = options_.seconds * static_cast<double>(openLoopSteps());
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      step->secondsAfterwards = after;
      after += step->seconds;
    }
    return steps;
  }

  void latency(Floors& floors, double secondsAfterwards) {
    std::optional<ForkExit> equalFork;
    const uint64_t zygoteKib = sizeOf(pools_.pythonZygote()).anonymousKib;
    if (zygoteKib > 0) equalFork.emplace(zygoteKib >> 10);
    LatencyRun run(
        io_, floors, pools_,
        {options_.runs, options_.pandas,
         system_.isOurOwn() && options_.pandas ? kTypicalPandasProfile : "", system_.socketPath(),
         system_.httpAddress(), equalFork ? &*equalFork : nullptr, secondsAfterwards});
    run.run(progress_);
    run.moveInto(measurements_);
  }

  void sizes(std::vector<SizedPart> parts, std::vector<size_t> bytes, double secondsAfterwards) {
    const SizePlan plan{std::max<size_t>(options_.runs / kSizeShare, 3),
                        std::move(parts),
                        std::move(bytes),
                        system_.socketPath(),
                        system_.httpAddress(),
                        secondsAfterwards};
    for (auto& point : measureSizes(io_, pools_, plan, progress_)) {
      measurements_.sizes.push_back(std::move(point));
    }
  }

  void bursts(double secondsAfterwards) {
    const BurstPlan plan{burstSizes(), burstRounds(), system_.socketPath(), secondsAfterwards};
    measurements_.bursts = measureBursts(io_, pools_, plan, progress_);
  }

  std::vector<double> openLoopRates() const {
    if (options_.rates) return *options_.rates;
    double best = 0;
    for (const auto& point : measurements_.throughput) best = std::max(best, point.jobsPerSecond());
    std::vector<double> rates;
    for (double part : kParts) {
      if (best > 0) rates.push_back(best * part);
    }
    return rates;
  }

  void openLoop() {
    if (options_.seconds == 0) return;
    const auto rates = openLoopRates();
    for (size_t i = 0; i < rates.size(); ++i) {
      pools_.waitAtRest(kRestPatience);
      OpenLoopStep step{rates[i], options_.seconds, kOpenLoopConnections,
                        [this] { return rpcClient(); },
                        options_.seconds * static_cast<double>(rates.size() - i - 1)};
      measurements_.openLoop.push_back(measureOpenLoop(io_, interrupt_, step, progress_));
    }
  }

  UvAsyncIo& io_;
  const Interrupt& interrupt_;
  const Options& options_;
  const BenchSystem& system_;
  PoolWatch& pools_;
  Progress& progress_;
  Measurements& measurements_;
};

}  // namespace

void measureOnOneSystem(UvAsyncIo& io, const Interrupt& interrupt, const Options& options,
                        Floors& floors, Progress& progress, Measurements& measurements) {
  progress.show("looking for a system, or starting one");
  BenchSystem system(io, interrupt, options, {.hasTypicalPandas = options.pandas});
  PoolWatch pools(io, system.socketPath(), interrupt);
  pools.waitReady();
  measurements.isolation = pools.isolationText();
  measurements.isOwnSystem = system.isOurOwn();
  OneSystemRun(io, interrupt, options, system, pools, progress, measurements).run(floors);
}

}  // namespace brood::bench
