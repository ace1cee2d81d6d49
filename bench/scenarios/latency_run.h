#pragma once
// One thing at a time, in turns: each floor and each way to start a job.

#include <deque>
#include <functional>
#include <optional>

#include "bench/clients/http_job_client.h"
#include "bench/clients/job_series.h"
#include "bench/system/floors.h"
#include "bench/system/pool_watch.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct LatencyPlan {
  size_t runs = 0;  // Runs of a hot job.
  bool pandas = false;
  // The profile whose typical job is like those; empty: there is none.
  std::string typicalPandasProfile;
  std::string socketPath;
  std::optional<std::string> httpAddress;
  ForkExit* equalFork = nullptr;  // As large as the zygote; null if that is not known. Borrowed.
  double secondsAfterwards = 0;   // Progress adds them to the time that is left.
};

// Every turn waits until the system is at rest, so that a hot start is possible and nothing is
// slowed by the refill that the turn before it caused. And every process that a measured call goes
// through has just answered another one: waking up from idleness is nobody's share.
class LatencyRun {
 public:
  LatencyRun(UvAsyncIo& io, Floors& floors, PoolWatch& pools, LatencyPlan plan);
  KJ_DISALLOW_COPY(LatencyRun);

  // Throws Interrupted.
  void run(Progress& progress);
  void moveInto(Measurements& measurements);

 private:
  struct Turns {
    size_t runs;
    std::function<void()> measure;
  };

  void planFloors();
  void planHttpFloor(const std::string& address);
  void planJobs();
  struct Science {
    Workload workload;
    const char* key;  // The key of its series, before "_hot" and the like.
    const char* title;
  };
  void planScience(const Science& science);
  LatencySeries& addSeries(std::string key, std::string title, const char* group);
  void addTurns(size_t runs, std::function<void()> measure);
  JobSeries& addJob(LatencySeries& series, size_t runs, kj::Own<JobClient> client,
                    Workload workload, rpc::StartKind wanted);
  kj::Own<JobClient> rpcClient(rpc::StartPolicy policy);
  // A share of the hot jobs' runs, but enough for a median.
  size_t share(size_t divisor) const;
  void takeTurn(const Turns& turns);

  UvAsyncIo& io_;
  Floors& floors_;
  PoolWatch& pools_;
  LatencyPlan plan_;
  // Deques: what is in them is referred to.
  std::deque<LatencySeries> series_;
  std::deque<JobSeries> jobs_;
  std::vector<Turns> turns_;
  size_t unsettledWaits_ = 0;
};

}  // namespace brood::bench
