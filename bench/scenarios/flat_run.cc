#include "bench/scenarios/flat_run.h"

#include <algorithm>

#include "base/plain_text.h"
#include "bench/clients/http_job_client.h"
#include "bench/clients/rpc_job_client.h"
#include "bench/model/clock.h"
#include "bench/system/bench_system.h"
#include "bench/system/census.h"
#include "bench/system/pool_watch.h"
#include "bench/system/process_size.h"

namespace brood::bench {
namespace {

constexpr size_t kClientsOfEach = 4;
constexpr size_t kWarmUpShare = 20;
constexpr size_t kLeastWarmUp = 64;
constexpr kj::Duration kRestPatience = 60 * kj::SECONDS;
// The number of parked workers is the same at each rest.
constexpr char kSteadyPool[] = "[profiles.default]\ntarget_idle = 8\nmax_idle = 8\n";

class FlatRun {
 public:
  FlatRun(UvAsyncIo& io, const Interrupt& interrupt, FlatFigures& figures, Progress& progress)
      : io_(io),
        interrupt_(interrupt),
        figures_(figures),
        progress_(progress),
        system_(io, interrupt, {.toml = kSteadyPool}),
        pools_(io, system_.socketPath(), interrupt) {
    pools_.waitReady();
    for (size_t i = 0; i < kClientsOfEach; ++i) {
      clients_.add(kj::heap<RpcJobClient>(io, system_.socketPath(), rpc::StartPolicy::BEST));
      clients_.add(kj::heap<HttpJobClient>(io, system_.httpAddress()));
    }
  }

  // Also waits until the system is at rest.
  void run(size_t jobs) {
    toStart_ = jobs;
    total_ = jobs;
    startNanos_ = nowNanos();
    auto running = kj::heapArrayBuilder<kj::Promise<void>>(clients_.size());
    for (auto& client : clients_) running.add(loop(*client));
    kj::joinPromises(running.finish()).wait(io_.waitScope());
    interrupt_.check();
    if (!pools_.waitIdle(kRestPatience)) fail("the system does not come to rest");
  }

  Census census() {
    const pid_t supervisor = pools_.supervisor();
    return takeCensus(parentOf(supervisor), supervisor, ownCgroupName());
  }

 private:
  kj::Promise<void> loop(JobClient& client) {
    if (toStart_ == 0 || interrupt_.hasArrived()) return kj::READY_NOW;
    --toStart_;
    return client.run(jobs_.next())
        .then(
            [this, &client](Answer&& answer) {
              if (!answer.problem.empty()) fail(answer.problem);
              showProgress();
              return loop(client);
            },
            [this](kj::Exception&& error) { fail(plainText(error)); });
  }

  void fail(const std::string& problem) {
    if (figures_.failures++ == 0) figures_.firstProblem = problem;
  }

  void showProgress() {
    const size_t done = total_ - toStart_;
    const double spent = static_cast<double>(nowNanos() - startNanos_) / 1e9;
    progress_.show("job " + std::to_string(done) + " of " + std::to_string(total_),
                   spent / static_cast<double>(done) * static_cast<double>(toStart_));
  }

  UvAsyncIo& io_;
  const Interrupt& interrupt_;
  FlatFigures& figures_;
  Progress& progress_;
  OwnSystem system_;
  PoolWatch pools_;
  JobMaker jobs_{Workload::print};
  kj::Vector<kj::Own<JobClient>> clients_;
  size_t toStart_ = 0, total_ = 0;
  uint64_t startNanos_ = 0;
};

}  // namespace

FlatFigures measureFlat(UvAsyncIo& io, const Interrupt& interrupt, size_t jobs,
                        Progress& progress) {
  FlatFigures figures;
  figures.jobs = jobs;
  progress.show("many jobs");
  FlatRun run(io, interrupt, figures, progress);
  run.run(std::max(jobs / kWarmUpShare, kLeastWarmUp));
  figures.before = run.census();
  const uint64_t start = nowNanos();
  run.run(jobs);
  figures.seconds = static_cast<double>(nowNanos() - start) / 1e9;
  figures.after = run.census();
  return figures;
}

}  // namespace brood::bench
