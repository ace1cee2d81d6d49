#include "bench/tracing/trace_stages.h"

#include <algorithm>
#include <optional>

namespace brood::bench {
namespace {

// A stage goes from the point before to its own.
struct StageName {
  const char* point;
  const char* process;
  const char* title;
};

constexpr StageName kStages[] = {
    {"gateway.arrived", "gateway", "request comes: written, wake-up, read"},
    {"gateway.parsed", "gateway", "HTTP parsed"},
    {"gateway.decoded", "gateway", "JSON to a job"},
    {"gateway.sent", "gateway", "RPC request made"},
    {"supervisor.received", "supervisor", "RPC comes: written, wake-up, read"},
    {"supervisor.admitted", "supervisor", "job checked, admitted"},
    {"supervisor.acquired", "supervisor", "worker taken"},
    {"supervisor.dispatched", "supervisor", "limits set, job encoded and sent"},
    {"supervisor.done", "worker", "in the worker, with both wake-ups"},
    {"supervisor.usage", "supervisor", "usage read"},
    {"supervisor.collected", "supervisor", "output and files taken"},
    {"supervisor.answered", "supervisor", "verdict, result made"},
    {"gateway.result", "gateway", "RPC back: written, wake-up, read"},
    {"gateway.encoded", "gateway", "result to JSON"},
    {"client.answered", "client", "answer goes: written, wake-up, read"},
};
constexpr char kFirstPoint[] = "client.sent";
constexpr char kWorkerTaken[] = "supervisor.acquired";
constexpr char kBeforeWorker[] = "supervisor.dispatched";
constexpr char kAfterWorker[] = "supervisor.done";
// Parts, known to the kernel, of the stage that ends with kAfterWorker; they stand behind it.
constexpr size_t kWorkerParts = 3;
constexpr const char* kPartTitles[kWorkerParts] = {"wake-up of the worker",
                                                   "run, until it wakes the supervisor",
                                                   "wake-up of the supervisor, frame read"};
constexpr const char* kPartProcesses[kWorkerParts] = {"worker", "worker", "supervisor"};

std::optional<uint64_t> pointOf(const Answer& answer, const char* name) {
  auto found = answer.points.find(name);
  if (found == answer.points.end()) return std::nullopt;
  return found->second;
}

// The first, and then where each stage of kStages ends; nothing unless each comes after the last.
std::optional<std::vector<uint64_t>> momentsOf(const Answer& answer) {
  std::vector<uint64_t> moments;
  const auto first = pointOf(answer, kFirstPoint);
  if (!first) return std::nullopt;
  moments.push_back(*first);
  for (const auto& stage : kStages) {
    const auto moment = pointOf(answer, stage.point);
    if (!moment || *moment < moments.back()) return std::nullopt;
    moments.push_back(*moment);
  }
  return moments;
}

size_t placeOfWorker(const TraceFigures& figures) {
  const auto found = std::find_if(figures.stages.begin(), figures.stages.end(),
                                  [](const TraceStage& stage) { return stage.isPart; });
  return static_cast<size_t>(found - figures.stages.begin()) - 1;
}

struct WorkerMoments {
  uint64_t sent, awake, wakes, done;
};

std::optional<WorkerMoments> workerMoments(const Answer& answer, const TracedProcesses& processes,
                                           const std::vector<KernelEvent>& events) {
  const auto taken = pointOf(answer, kWorkerTaken), sent = pointOf(answer, kBeforeWorker),
             done = pointOf(answer, kAfterWorker);
  if (!taken || !sent || !done) return std::nullopt;
  uint64_t awake = 0, wakes = 0;
  for (const auto& event : events) {
    // Its channel can wake the worker before the supervisor has noted that all is sent.
    if (event.nanos < *taken) continue;
    if (event.nanos > *done) break;
    if (event.kind == KernelEvent::Kind::switchedIn && event.pid == processes.worker &&
        awake == 0) {
      awake = event.nanos;
    }
    const bool isWakeUp = event.kind == KernelEvent::Kind::waking &&
                          event.pid == processes.supervisor && event.by == processes.worker;
    if (isWakeUp && awake != 0) wakes = event.nanos;
  }
  if (awake == 0 || wakes < awake) return std::nullopt;
  return WorkerMoments{*sent, std::max(awake, *sent), std::max(wakes, *sent), *done};
}

}  // namespace

TraceFigures emptyTrace() {
  TraceFigures figures;
  for (const auto& each : kStages) {
    auto& stage = figures.stages.emplace_back();
    stage.process = each.process;
    stage.title = each.title;
    if (std::string(each.point) != kAfterWorker) continue;
    for (size_t i = 0; i < kWorkerParts; ++i) {
      auto& part = figures.stages.emplace_back();
      part.process = kPartProcesses[i];
      part.title = kPartTitles[i];
      part.isPart = true;
    }
  }
  return figures;
}

bool noteTimes(const Answer& answer, TraceFigures& figures) {
  const auto moments = momentsOf(answer);
  if (!moments) return false;
  size_t at = 1;
  for (auto& stage : figures.stages) {
    if (stage.isPart) continue;
    stage.nanos.push_back((*moments)[at] - (*moments)[at - 1]);
    ++at;
  }
  return true;
}

bool noteSwitches(const Answer& answer, const TracedProcesses& processes,
                  const std::vector<KernelEvent>& events, TraceFigures& figures) {
  const auto moments = workerMoments(answer, processes, events);
  if (!moments) return false;
  TraceStage* parts = &figures.stages[placeOfWorker(figures) + 1];
  parts[0].nanos.push_back(moments->awake - moments->sent);
  parts[1].nanos.push_back(moments->wakes - moments->awake);
  parts[2].nanos.push_back(moments->done - moments->wakes);
  return true;
}

bool noteCalls(const Answer& answer, const TracedProcesses& processes,
               const std::vector<KernelEvent>& events, TraceFigures& figures) {
  const auto moments = momentsOf(answer);
  if (!moments) return false;
  for (const auto& event : events) {
    // The kernel's clock is cut to microseconds.
    if (event.nanos + 1'000 < moments->front() || event.nanos > moments->back()) continue;
    const size_t after = static_cast<size_t>(
        std::upper_bound(moments->begin(), moments->end(), event.nanos) - moments->begin());
    const size_t wanted = std::clamp<size_t>(after, 1, std::size(kStages)) - 1;
    size_t seen = 0;
    auto stage = std::find_if(figures.stages.begin(), figures.stages.end(),
                              [&](const auto& each) { return !each.isPart && seen++ == wanted; });
    const char* process = nullptr;
    if (event.pid == processes.gateway) process = "gateway";
    if (event.pid == processes.supervisor) process = "supervisor";
    if (event.pid == processes.worker) process = "worker";
    if (process == nullptr) continue;
    if (event.kind == KernelEvent::Kind::pageFault) {
      if (event.pid == processes.worker) ++stage->workerFaults;
    } else if (event.kind == KernelEvent::Kind::systemCall) {
      if (event.pid == processes.gateway) ++stage->gatewayCalls;
      if (event.pid == processes.supervisor) ++stage->supervisorCalls;
      if (event.pid == processes.worker) ++stage->workerCalls;
      ++figures.callsOfProcess[process][event.number];
    }
  }
  ++figures.counted;
  return true;
}

}  // namespace brood::bench
