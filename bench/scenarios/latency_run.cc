#include "bench/scenarios/latency_run.h"

#include <algorithm>
#include <memory>

#include "bench/clients/rpc_job_client.h"
#include "bench/floors/running_python.h"
#include "bench/model/clock.h"
#include "bench/system/native_python.h"

namespace brood::bench {
namespace {

constexpr char kFloors[] = "floors";
constexpr char kPrintJobs[] = "print(…) in a sandbox of its own";

constexpr size_t kRoundTripsPerTurn = 16;
constexpr int kRunsBefore = 20;
constexpr kj::Duration kRestPatience = 5 * kj::SECONDS;

}  // namespace

LatencyRun::LatencyRun(UvAsyncIo& io, Floors& floors, PoolWatch& pools, LatencyPlan plan)
    : io_(io), floors_(floors), pools_(pools), plan_(std::move(plan)) {
  planFloors();
  planJobs();
  if (!plan_.pandas) return;
  planScience({Workload::series, "series", "import numpy, pandas; sum a series"});
  planScience({Workload::pandas, "pandas", "import numpy, pandas; group a frame"});
}

void LatencyRun::planFloors() {
  auto& trips = addSeries("ping_pong",
                          "socket ping-pong, CPU " + std::to_string(floors_.pingPong.ourCpu()) +
                              " and " + std::to_string(floors_.pingPong.peerCpu()),
                          kFloors);
  auto& firstTrips =
      addSeries("ping_pong_once", "  the first of sixteen, after other things", kFloors);
  addTurns(share(4), [&] {
    auto nanos = floors_.pingPong.roundTrips(kRoundTripsPerTurn);
    trips.nanos.insert(trips.nanos.end(), nanos.begin(), nanos.end());
    firstTrips.nanos.push_back(nanos.front());
  });
  auto& once = addSeries("in_process_once", "the same code in a running Python", kFloors);
  addTurns(share(1), [&, python = std::make_shared<RunningPython>(kPython)] {
    once.nanos.push_back(python->measure(JobMaker(Workload::print).next().code));
  });
  auto& inProcess = addSeries("in_process", "  fifty times in a row", kFloors);
  addTurns(share(20), [&] { measureInProcess(inProcess, JobMaker(Workload::print).next().code); });
  auto& fork = addSeries("fork_exit", "fork + exit + wait, tiny process", kFloors);
  addTurns(share(1), [&] {
    floors_.forkExit.measure();
    fork.nanos.push_back(floors_.forkExit.measure());
  });
  if (plan_.equalFork != nullptr) {
    auto& equal = addSeries("equal_fork", "the same with as much memory as the zygote", kFloors);
    addTurns(share(5), [&] {
      plan_.equalFork->measure();
      equal.nanos.push_back(plan_.equalFork->measure());
    });
  }
  auto& status = addSeries("rpc_status", "RPC status()", kFloors);
  addTurns(share(1), [&] { status.nanos.push_back(pools_.roundTrip()); });
  if (plan_.httpAddress) planHttpFloor(*plan_.httpAddress);
  auto& native = addSeries("native", "python3 -c 'print(…)'", kFloors);
  addTurns(share(10), [&] { measureNative(native, JobMaker(Workload::print).next().code); });
}

void LatencyRun::planHttpFloor(const std::string& address) {
  auto& series = addSeries("http_get", "HTTP GET /health, which calls status()", kFloors);
  auto client = std::make_shared<HttpJobClient>(io_, address);
  addTurns(share(1), [this, &series, client] {
    client->get("/health").wait(io_.waitScope());
    uint64_t start = nowNanos();
    client->get("/health").wait(io_.waitScope());
    series.nanos.push_back(nowNanos() - start);
  });
}

void LatencyRun::planJobs() {
  using enum rpc::StartKind;
  auto& hot = addSeries("rpc_hot", "hot, over RPC", kPrintJobs);
  auto& acquire = addSeries("rpc_hot_acquire", "  supervisor: take a worker", kPrintJobs);
  auto& run = addSeries("rpc_hot_run", "  supervisor: run", kPrintJobs);
  auto& total = addSeries("rpc_hot_total", "  supervisor: all", kPrintJobs);
  addJob(hot, share(1), rpcClient(rpc::StartPolicy::BEST), Workload::print, HOT)
      .alsoRecord(acquire, run, total);
  if (plan_.httpAddress) {
    auto& series = addSeries("http_hot", "hot, over HTTP", kPrintJobs);
    auto owned = kj::heap<HttpJobClient>(io_, *plan_.httpAddress);
    auto& client = *owned;
    auto& job = jobs_.emplace_back(series, kj::mv(owned), Workload::print, HOT);
    addTurns(share(1), [this, &client, &job] {
      client.get("/health").wait(io_.waitScope());
      job.measure(io_.waitScope());
    });
  }
  auto& warm = addSeries("rpc_warm", "warm: forked for the job", kPrintJobs);
  addJob(warm, share(5), rpcClient(rpc::StartPolicy::WARM), Workload::print, WARM);
  auto& cold = addSeries("rpc_cold", "cold: slot built, python3 executed", kPrintJobs);
  addJob(cold, share(10), rpcClient(rpc::StartPolicy::COLD), Workload::print, COLD);
}

void LatencyRun::planScience(const Science& science) {
  using enum rpc::StartKind;
  const auto key = [&](const char* what) { return std::string(science.key) + what; };
  auto& hot = addSeries(key("_hot"), "hot, over RPC", science.title);
  addJob(hot, share(5), rpcClient(rpc::StartPolicy::BEST), science.workload, HOT);
  if (!plan_.typicalPandasProfile.empty()) {
    auto& typical =
        addSeries(key("_typical_hot"), "hot, a typical job of the profile's", science.title);
    JobMaker jobs([profile = plan_.typicalPandasProfile,
                   workload = science.workload](const std::string& nonce) {
      JobText job = jobOf(workload, nonce);
      job.profile = profile;
      return job;
    });
    auto& series =
        jobs_.emplace_back(typical, rpcClient(rpc::StartPolicy::BEST), std::move(jobs), HOT);
    addTurns(share(5), [this, &series] { series.measure(io_.waitScope()); });
  }
  auto& warm = addSeries(key("_warm"), "warm: forked for the job", science.title);
  addJob(warm, share(10), rpcClient(rpc::StartPolicy::WARM), science.workload, WARM);
  auto& cold = addSeries(key("_cold"), "cold: slot built, python3 executed", science.title);
  addJob(cold, share(20), rpcClient(rpc::StartPolicy::COLD), science.workload, COLD);
  // Has loaded all and run such code before: what no system that runs it in a Python can be below.
  auto& once =
      addSeries(key("_in_process_once"), "the same code in a running Python", science.title);
  auto python = std::make_shared<RunningPython>(kPython);
  for (int run = 0; run < kRunsBefore; ++run)
    python->measure(JobMaker(science.workload).next().code);
  addTurns(share(5), [&once, python, workload = science.workload] {
    once.nanos.push_back(python->measure(JobMaker(workload).next().code));
  });
  auto& native = addSeries(key("_native"), "python3, no sandbox", science.title);
  addTurns(share(20), [this, &native, workload = science.workload] {
    measureNative(native, JobMaker(workload).next().code);
  });
}

LatencySeries& LatencyRun::addSeries(std::string key, std::string title, const char* group) {
  auto& series = series_.emplace_back();
  series.key = std::move(key);
  series.title = std::move(title);
  series.group = group;
  return series;
}

void LatencyRun::addTurns(size_t runs, std::function<void()> measure) {
  turns_.push_back({runs, std::move(measure)});
}

JobSeries& LatencyRun::addJob(LatencySeries& series, size_t runs, kj::Own<JobClient> client,
                              Workload workload, rpc::StartKind wanted) {
  auto& job = jobs_.emplace_back(series, kj::mv(client), workload, wanted);
  addTurns(runs, [this, &job] { job.measure(io_.waitScope()); });
  return job;
}

kj::Own<JobClient> LatencyRun::rpcClient(rpc::StartPolicy policy) {
  return kj::heap<RpcJobClient>(io_, plan_.socketPath, policy);
}

size_t LatencyRun::share(size_t divisor) const {
  constexpr size_t kEnough = 20;
  return std::max(plan_.runs / divisor, std::min(plan_.runs, kEnough));
}

void LatencyRun::takeTurn(const Turns& turns) {
  if (!pools_.waitAtRest(kRestPatience)) ++unsettledWaits_;
  turns.measure();
}

// Subjects with fewer runs take their turns evenly spread over the whole time.
void LatencyRun::run(Progress& progress) {
  const uint64_t start = nowNanos();
  for (size_t step = 0; step < plan_.runs; ++step) {
    for (const auto& turns : turns_) {
      if ((step + 1) * turns.runs / plan_.runs > step * turns.runs / plan_.runs) takeTurn(turns);
    }
    double perStep = static_cast<double>(nowNanos() - start) / 1e9 / static_cast<double>(step + 1);
    progress.show("latency, run " + std::to_string(step + 1) + " of " + std::to_string(plan_.runs),
                  perStep * static_cast<double>(plan_.runs - step - 1) + plan_.secondsAfterwards);
  }
}

void LatencyRun::moveInto(Measurements& measurements) {
  for (auto& series : series_) measurements.latency.push_back(std::move(series));
  measurements.unsettledWaits = unsettledWaits_;
}

}  // namespace brood::bench
