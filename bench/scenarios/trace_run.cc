#include "bench/scenarios/trace_run.h"

#include <seccomp.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "bench/clients/http_job_client.h"
#include "bench/model/clock.h"
#include "bench/system/bench_system.h"
#include "bench/system/pool_watch.h"
#include "bench/system/process_size.h"
#include "bench/tracing/kernel_trace.h"
#include "bench/tracing/trace_stages.h"

namespace brood::bench {
namespace {

constexpr kj::Duration kRestPatience = 10 * kj::SECONDS;
constexpr size_t kJobsBefore = 20;
constexpr size_t kRounds = 4;  // In each, all levels of the kernel's tracer take their turns.

std::string systemCallName(long number) {
  char* name = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number));
  std::string text = name == nullptr ? std::to_string(number) : name;
  std::free(name);
  return text;
}

class TraceRun {
 public:
  TraceRun(UvAsyncIo& io, const Interrupt& interrupt, TraceFigures& figures)
      : io_(io),
        figures_(figures),
        system_(io, interrupt, {.toml = "[supervisor]\njob_trace = \"on\"\n"}),
        pools_(io, system_.socketPath(), interrupt),
        client_(io, system_.httpAddress()) {
    pools_.waitReady();
    processes_.supervisor = pools_.supervisor();
    processes_.gateway = siblingGateway();
    try {
      kernel_.emplace();
    } catch (const std::runtime_error& error) {
      figures_.whyNoKernel = error.what();
    }
    for (size_t i = 0; i < kJobsBefore; ++i) runOne();
  }

  void round(size_t runs) {
    setLevel(KernelTrace::Level::nothing);
    for (size_t i = 0; i < runs; ++i) plain();
    if (!kernel_) return;
    setLevel(KernelTrace::Level::switches);
    for (size_t i = 0; i < runs; ++i) withSwitches();
    setLevel(KernelTrace::Level::calls);
    for (size_t i = 0; i < runs; ++i) withCalls();
    setLevel(KernelTrace::Level::nothing);
  }

  // The tracer counts processes as the host does.
  void finish() {
    if (!kernel_ || figures_.switches.nanos.empty() || hasSeenWorkers_) return;
    figures_.whyNoKernel = "its tracer does not show our processes: are we in a PID namespace?";
  }

 private:
  // `brood serve` has two children.
  pid_t siblingGateway() {
    for (pid_t child : childrenOf(parentOf(processes_.supervisor))) {
      if (child != processes_.supervisor) return child;
    }
    throw std::runtime_error("the gateway's process was not found");
  }

  void setLevel(KernelTrace::Level level) {
    if (kernel_) kernel_->setLevel(level);
  }

  Answer runOne() {
    pools_.waitAtRest(kRestPatience);
    // Emptying the tracer's buffers takes long enough for everybody to fall asleep.
    if (isTracing_) kernel_->start();
    // Waking up from idleness is nobody's share.
    client_.get("/health").wait(io_.waitScope());
    JobText job = jobs_.next();
    job.isTraced = true;
    Answer answer = client_.run(std::move(job)).wait(io_.waitScope());
    return answer;
  }

  // False if it is not one to be measured.
  bool noteWhole(const Answer& answer, LatencySeries& series) {
    if (!answer.problem.empty()) {
      if (series.failures++ == 0) series.firstProblem = answer.problem;
      return false;
    }
    if (answer.start != rpc::StartKind::HOT) {
      ++series.otherStarts;
      return false;
    }
    series.nanos.push_back(answer.nanos);
    return true;
  }

  void missing(LatencySeries& series, const char* what) {
    if (series.failures++ == 0) series.firstProblem = what;
  }

  void plain() {
    const Answer answer = runOne();
    if (!noteWhole(answer, figures_.plain)) return;
    if (!noteTimes(answer, figures_)) missing(figures_.plain, "points of the trace are missing");
  }

  std::pair<Answer, std::vector<KernelEvent>> runTraced() {
    isTracing_ = true;
    Answer answer = runOne();
    isTracing_ = false;
    auto events = kernel_->stop();
    processes_.worker = answer.worker;
    return {std::move(answer), std::move(events)};
  }

  void withSwitches() {
    const auto [answer, events] = runTraced();
    if (!noteWhole(answer, figures_.switches)) return;
    if (showsOurs(events)) hasSeenWorkers_ = true;
    // One that was never asleep is no failure.
    noteSwitches(answer, processes_, events, figures_);
  }

  // By numbers that only ours have at once: elsewhere they may be those of some kernel thread.
  bool showsOurs(const std::vector<KernelEvent>& events) const {
    return std::any_of(events.begin(), events.end(), [this](const KernelEvent& event) {
      if (event.kind != KernelEvent::Kind::waking) return false;
      return (event.pid == processes_.worker && event.by == processes_.supervisor) ||
             (event.pid == processes_.supervisor && event.by == processes_.worker);
    });
  }

  void withCalls() {
    const auto [answer, events] = runTraced();
    if (!noteWhole(answer, figures_.calls)) return;
    if (!noteCalls(answer, processes_, events, figures_)) {
      missing(figures_.calls, "points of the trace are missing");
    }
  }

  UvAsyncIo& io_;
  TraceFigures& figures_;
  OwnSystem system_;
  PoolWatch pools_;
  HttpJobClient client_;
  JobMaker jobs_{Workload::print};
  TracedProcesses processes_;
  std::optional<KernelTrace> kernel_;
  bool isTracing_ = false;
  bool hasSeenWorkers_ = false;
};

}  // namespace

TraceFigures measureTrace(UvAsyncIo& io, const Interrupt& interrupt, size_t runs,
                          Progress& progress) {
  auto figures = emptyTrace();
  progress.show("trace");
  TraceRun run(io, interrupt, figures);
  const size_t each = std::max<size_t>(runs / kRounds, 1);
  const uint64_t start = nowNanos();
  for (size_t round = 0; round < kRounds; ++round) {
    run.round(each);
    const double spent = static_cast<double>(nowNanos() - start) / 1e9;
    progress.show(
        "trace", spent / static_cast<double>(round + 1) * static_cast<double>(kRounds - round - 1));
  }
  run.finish();
  for (const auto& [process, calls] : figures.callsOfProcess) {
    for (const auto& [number, count] : calls) figures.callNames[number] = systemCallName(number);
  }
  return figures;
}

}  // namespace brood::bench
