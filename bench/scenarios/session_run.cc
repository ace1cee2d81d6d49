#include "bench/scenarios/session_run.h"

#include <optional>

#include "bench/clients/job_series.h"
#include "bench/clients/rpc_job_client.h"
#include "bench/clients/session_caller.h"
#include "bench/floors/running_python.h"
#include "bench/model/clock.h"
#include "bench/system/native_python.h"

namespace brood::bench {
namespace {

constexpr kj::Duration kRestPatience = 10 * kj::SECONDS;
constexpr char kGroup[] = "SESSIONS";
constexpr size_t kSmallFile = 1 << 10, kLargeFile = 10 << 20;
constexpr size_t kRareShare = 5, kLargeShare = 20;

template <typename Action>
void measure(LatencySeries& series, Action&& action) {
  const uint64_t start = nowNanos();
  const std::string problem = action();
  const uint64_t nanos = nowNanos() - start;
  if (problem.empty()) {
    series.nanos.push_back(nanos);
  } else if (series.failures++ == 0) {
    series.firstProblem = problem;
  }
}

LatencySeries newSeries(std::string key, std::string title) {
  LatencySeries series;
  series.key = "session_" + std::move(key);
  series.title = std::move(title);
  series.group = kGroup;
  return series;
}

class SessionTurns {
 public:
  SessionTurns(UvAsyncIo& io, const Interrupt& interrupt, PoolWatch& pools, const SessionPlan& plan,
               Progress& progress)
      : io_(io),
        interrupt_(interrupt),
        pools_(pools),
        plan_(plan),
        progress_(progress),
        caller_(io, plan.socketPath),
        python_(kPython) {}

  std::vector<LatencySeries> run() {
    auto session = caller_.open();
    // The first of each makes its context or its agent.
    caller_.run(session, "x = 0", "");
    caller_.run(session, "echo 1", "1\n", "bash");
    caller_.writeAndRead(session, std::string(kSmallFile, 'x'));
    progress_.show("sessions: " + std::to_string(plan_.runs) + " turns");
    for (size_t turn = 0; turn < plan_.runs; ++turn) {
      interrupt_.check();
      cells(session, turn);
      if (turn % kRareShare == 0) openings(turn);
      if (turn % kLargeShare == 0) {
        measure(largeFile_,
                [&] { return caller_.writeAndRead(session, std::string(kLargeFile, 'x')); });
      }
    }
    caller_.close(session);
    jobs(jobsAlone_);
    std::vector<rpc::Session::Client> idle;
    for (size_t i = 0; i < plan_.idle; ++i) idle.push_back(caller_.open());
    jobs(jobsBeside_);
    for (auto& each : idle) caller_.close(each);
    return {roundTrip_, running_, cell_,      bash_,      smallFile_,
            largeFile_, opened_,  jobsAlone_, jobsBeside_};
  }

 private:
  void cells(rpc::Session::Client& session, size_t turn) {
    const std::string code = "x = " + std::to_string(turn) + "\nprint(x + 1)";
    const std::string expected = std::to_string(turn + 1) + "\n";
    measure(roundTrip_, [&] {
      caller_.ask();
      return std::string();
    });
    running_.nanos.push_back(python_.measure(code));
    measure(cell_, [&] { return caller_.run(session, code, expected); });
    measure(bash_, [&] { return caller_.run(session, "echo $((1 + 1))", "2\n", "bash"); });
    measure(smallFile_,
            [&] { return caller_.writeAndRead(session, std::string(kSmallFile, 'x')); });
  }

  void openings(size_t turn) {
    pools_.waitAtRest(kRestPatience);
    std::optional<rpc::Session::Client> session;
    measure(opened_, [&] {
      session = caller_.open();
      return caller_.run(*session, "print(" + std::to_string(turn) + ")",
                         std::to_string(turn) + "\n");
    });
    if (session) caller_.close(*session);
  }

  void jobs(LatencySeries& series) {
    JobSeries jobs(series, kj::heap<RpcJobClient>(io_, plan_.socketPath, rpc::StartPolicy::BEST),
                   JobText{"print(1)", "1\n", "python"}, rpc::StartKind::HOT);
    for (size_t i = 0; i < plan_.runs / kRareShare + 1; ++i) {
      interrupt_.check();
      pools_.waitAtRest(kRestPatience);
      jobs.measure(io_.waitScope());
    }
  }

  UvAsyncIo& io_;
  const Interrupt& interrupt_;
  PoolWatch& pools_;
  const SessionPlan& plan_;
  Progress& progress_;
  SessionCaller caller_;
  RunningPython python_;
  LatencySeries roundTrip_ = newSeries("round_trip", "a call that does nothing"),
                running_ = newSeries("running_python", "the same cell in a running Python"),
                cell_ = newSeries("cell", "next cell, Python"),
                bash_ = newSeries("bash", "next cell, bash"),
                smallFile_ = newSeries("small_file", "1 KB written and read"),
                largeFile_ = newSeries("large_file", "10 MB written and read"),
                opened_ = newSeries("open", "opened, with a first cell"),
                jobsAlone_ = newSeries("job_alone", "hot job without sessions"),
                jobsBeside_ = newSeries("job_beside", "hot job beside idle sessions");
};

}  // namespace

std::vector<LatencySeries> measureSessions(UvAsyncIo& io, const Interrupt& interrupt,
                                           PoolWatch& pools, const SessionPlan& plan,
                                           Progress& progress) {
  return SessionTurns(io, interrupt, pools, plan, progress).run();
}

}  // namespace brood::bench
