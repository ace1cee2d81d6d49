#include "bench/scenarios/size_run.h"

#include <deque>
#include <iterator>

#include "bench/clients/http_job_client.h"
#include "bench/clients/job_series.h"
#include "bench/clients/rpc_job_client.h"
#include "bench/model/clock.h"

namespace brood::bench {
namespace {

constexpr kj::Duration kRestPatience = 10 * kj::SECONDS;

class SizeRun {
 public:
  SizeRun(UvAsyncIo& io, const SizePlan& plan) : io_(io), plan_(plan) {
    for (SizedPart part : plan.parts) {
      for (size_t bytes : plan.sizes) add(part, bytes, "RPC");
      if (!plan.httpAddress) continue;
      for (size_t bytes : plan.sizes) add(part, bytes, "HTTP");
    }
  }

  void run(PoolWatch& pools) {
    for (auto& job : jobs_) {
      pools.waitAtRest(kRestPatience);
      job.measure(io_.waitScope());
    }
  }

  std::vector<SizePoint> take() {
    return {std::make_move_iterator(points_.begin()), std::make_move_iterator(points_.end())};
  }

 private:
  void add(SizedPart part, size_t bytes, const std::string& transport) {
    auto& point = points_.emplace_back();
    point.part = nameOf(part);
    point.transport = transport;
    point.bytes = bytes;
    auto make = [part, bytes](const std::string& nonce) { return sizedJob(part, bytes, nonce); };
    jobs_.emplace_back(point.series, client(transport), JobMaker(make), rpc::StartKind::HOT);
  }

  kj::Own<JobClient> client(const std::string& transport) {
    if (transport == "HTTP") return kj::heap<HttpJobClient>(io_, *plan_.httpAddress);
    return kj::heap<RpcJobClient>(io_, plan_.socketPath, rpc::StartPolicy::BEST);
  }

  UvAsyncIo& io_;
  const SizePlan& plan_;
  // Deques: the points' series are referred to.
  std::deque<SizePoint> points_;
  std::deque<JobSeries> jobs_;
};

}  // namespace

std::vector<SizePoint> measureSizes(UvAsyncIo& io, PoolWatch& pools, const SizePlan& plan,
                                    Progress& progress) {
  SizeRun sizes(io, plan);
  const uint64_t start = nowNanos();
  for (size_t run = 0; run < plan.runs; ++run) {
    sizes.run(pools);
    const double each =
        static_cast<double>(nowNanos() - start) / 1e9 / static_cast<double>(run + 1);
    progress.show("sizes, run " + std::to_string(run + 1) + " of " + std::to_string(plan.runs),
                  each * static_cast<double>(plan.runs - run - 1) + plan.secondsAfterwards);
  }
  return sizes.take();
}

}  // namespace brood::bench
