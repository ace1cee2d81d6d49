#include "bench/scenarios/burst_run.h"

#include <algorithm>

#include "bench/clients/rpc_job_client.h"
#include "bench/model/clock.h"

namespace brood::bench {
namespace {

constexpr kj::Duration kRestPatience = 60 * kj::SECONDS;

void note(BurstPoint& point, const Answer& answer, uint64_t nanos) {
  if (!answer.problem.empty()) {
    if (point.failures++ == 0) point.firstProblem = answer.problem;
    return;
  }
  point.nanos.push_back(nanos);
  if (answer.start == rpc::StartKind::HOT) ++point.hot;
  if (answer.start == rpc::StartKind::WARM) ++point.warm;
  if (answer.start == rpc::StartKind::COLD) ++point.cold;
}

// The connections are there before the first job is sent.
void burst(UvAsyncIo& io, PoolWatch& pools, std::vector<kj::Own<JobClient>>& clients,
           JobMaker& jobs, BurstPoint& point) {
  pools.waitAtRest(kRestPatience);
  auto running = kj::heapArrayBuilder<kj::Promise<void>>(point.jobs);
  const uint64_t start = nowNanos();
  for (size_t i = 0; i < point.jobs; ++i) {
    // Each is looked at when it comes, and not when all are there.
    running.add(
        clients[i]
            ->run(jobs.next())
            .then([&point, start](Answer&& answer) { note(point, answer, nowNanos() - start); })
            .eagerlyEvaluate(nullptr));
  }
  kj::joinPromises(running.finish()).wait(io.waitScope());
  point.answeredNanos.push_back(nowNanos() - start);
  if (pools.waitAtRest(kRestPatience)) point.refilledNanos.push_back(nowNanos() - start);
}

}  // namespace

std::vector<BurstPoint> measureBursts(UvAsyncIo& io, PoolWatch& pools, const BurstPlan& plan,
                                      Progress& progress) {
  std::vector<BurstPoint> points(plan.sizes.size());
  for (size_t i = 0; i < points.size(); ++i) points[i].jobs = plan.sizes[i];
  std::vector<kj::Own<JobClient>> clients;
  const size_t most =
      plan.sizes.empty() ? 0 : *std::max_element(plan.sizes.begin(), plan.sizes.end());
  for (size_t i = 0; i < most; ++i) {
    clients.push_back(kj::heap<RpcJobClient>(io, plan.socketPath, rpc::StartPolicy::BEST));
  }
  JobMaker jobs(Workload::print);
  const uint64_t start = nowNanos();
  for (size_t round = 0; round < plan.rounds; ++round) {
    for (auto& point : points) burst(io, pools, clients, jobs, point);
    const double each =
        static_cast<double>(nowNanos() - start) / 1e9 / static_cast<double>(round + 1);
    progress.show(
        "bursts, round " + std::to_string(round + 1) + " of " + std::to_string(plan.rounds),
        each * static_cast<double>(plan.rounds - round - 1) + plan.secondsAfterwards);
  }
  return points;
}

}  // namespace brood::bench
