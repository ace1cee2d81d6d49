#include "supervisor/job_run.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

#include "supervisor/clock.h"

namespace brood {
namespace {

constexpr uint64_t kMinCpuCheckMicros = 1'000;
constexpr auto kSamplePeriod = 10 * kj::MILLISECONDS;
// Every write of a job wakes whoever watches its pipes, on a CPU that the job could use. Most jobs
// have ended by then with less than a pipe holds; one that fills its pipe waits this long once.
constexpr auto kUnwatchedTime = 2 * kj::MILLISECONDS;

bool endedItself(EndCause cause) { return cause == EndCause::done || cause == EndCause::exited; }

CollectLimits collectLimits(const FilesConfig& files) {
  return {.maxFiles = files.maxCollected,
          .maxFileBytes = files.maxCollectedFileBytes,
          .maxTotalBytes = files.maxCollectedBytes,
          .maxNames = files.maxNames};
}

}  // namespace

JobRun::JobRun(kj::Timer& timer, WorkerHandle& worker, const JobRequest& request,
               uint32_t cpuMillicores, const Config& config,
               kj::Maybe<rpc::OutputSink::Client&> sink)
    : timer_(timer),
      worker_(worker),
      request_(request),
      cpuMillicores_(cpuMillicores != 0 ? cpuMillicores
                                        : 1000 * std::thread::hardware_concurrency()),
      stdout_(worker.stdoutFd(), worker.stdoutObserver(), rpc::OutputStream::STDOUT,
              request.limits.outputBytes, sink),
      stderr_(worker.stderrFd(), worker.stderrObserver(), rpc::OutputStream::STDERR,
              request.limits.outputBytes, sink),
      config_(config),
      follows_(sink != nullptr),
      startedAt_(monotonicNow()) {
  facts_.limits = request.limits;
}

kj::Promise<kj::OneOf<JobFacts, NotStarted>> JobRun::run() {
  const JobLimits& limits = request_.limits;
  worker_.cgroup().setLimits(CgroupLimits{limits.memoryBytes, limits.processes, cpuMillicores_});
  worker_.setWorkspaceSize(WorkspaceSize::of(limits));
  startedAt_ = monotonicNow();
  if (request_.job.getRich()) worker_.acceptResults(config_.results);
  return worker_
      .sendJob(encodeJob(request_, config_.results, worker_.backstops(limits),
                         worker_.executesPrograms()))
      .then(
          [this]() -> kj::Promise<kj::OneOf<JobFacts, NotStarted>> {
            note(request_.trace, "supervisor.dispatched");
            // On a CPU that both share it may have been quicker: then there is nothing to watch.
            if (isDoneAlready()) return conclude(EndCause::done);
            // The worker is awake by now; what it need not wait for comes here.
            noteCpuBefore();
            auto stdin = request_.job.getStdin();
            feeding_ = worker_.feedStdin(kj::arrayPtr(stdin.begin(), stdin.size()))
                           .eagerlyEvaluate(nullptr);
            return waitForEnd().then([this](EndCause cause) { return conclude(cause); });
          },
          [](kj::Exception&& exception) -> kj::Promise<kj::OneOf<JobFacts, NotStarted>> {
            if (exception.getType() != kj::Exception::Type::DISCONNECTED) return kj::mv(exception);
            return kj::OneOf<JobFacts, NotStarted>(NotStarted{exception.getDescription().cStr()});
          });
}

bool JobRun::isDoneAlready() {
  auto first = worker_.tryReadFrame();
  KJ_IF_MAYBE (frame, first) {
    isOutOfStep_ = !noteDone(*frame);
    return !isOutOfStep_;
  }
  return false;
}

// What the worker had used before its job: less than it has now by what the job can have used since,
// and no less than when it parked.
uint64_t JobRun::cpuMicrosBefore(uint64_t now) const {
  const uint64_t elapsed = microsBetween(startedAt_, monotonicNow());
  return std::max(worker_.cpuMicrosParked(), now - std::min(now, elapsed));
}

void JobRun::noteCpuBefore() { cpuMicrosBefore_ = cpuMicrosBefore(worker_.cgroup().cpuMicros()); }

// Two things to wait for, and not nine: each is a turn of the loop when the job is done, and what else
// was waited for need not be taken apart before the answer is on its way.
kj::Promise<EndCause> JobRun::waitForEnd() {
  auto paf = kj::newPromiseAndFulfiller<EndCause>();
  otherEnd_ = kj::mv(paf.fulfiller);
  watching_ = whenEndedOtherwise()
                  .then([this](EndCause cause) { otherEnd_->fulfill(kj::mv(cause)); })
                  .eagerlyEvaluate([this](kj::Exception&& exception) {
                    otherEnd_->reject(kj::mv(exception));
                  });
  return kj::mv(paf.promise).exclusiveJoin(whenDone());
}

kj::Promise<EndCause> JobRun::whenEndedOtherwise() {
  auto overCap = [this](OutputCollector& output) {
    // Somebody who follows the output is told of it as it appears.
    auto full =
        follows_
            ? output.whenOverCap()
            : timer_.afterDelay(kUnwatchedTime).then([&output]() { return output.whenOverCap(); });
    return full.then([]() { return EndCause::outputLimit; });
  };
  return whenExited()
      .exclusiveJoin(overCap(stdout_))
      .exclusiveJoin(overCap(stderr_))
      .exclusiveJoin(whenTimedOut())
      .exclusiveJoin(whenCpuSpent(0))
      .exclusiveJoin(whenOutOfMemory())
      .exclusiveJoin(whenSampledOver())
      .exclusiveJoin(whenCallDenied());
}

// Anything but a well-formed "done" is ignored: the wait status will tell.
kj::Promise<EndCause> JobRun::whenDone() {
  if (isOutOfStep_) return kj::NEVER_DONE;
  return worker_.readFrame().then([this](kj::Maybe<WorkerFrame> frame) -> kj::Promise<EndCause> {
    KJ_IF_MAYBE (received, frame) {
      if (noteDone(*received)) return EndCause::done;
    }
    return kj::Promise<EndCause>(kj::NEVER_DONE);
  });
}

bool JobRun::noteDone(const WorkerFrame& frame) {
  if (frame.kind != WorkerFrameKind::done) return false;
  facts_.doneExitCode = frame.exitCode;
  return true;
}

kj::Promise<EndCause> JobRun::whenExited() {
  return worker_.onExit().then([this](ProcessExit exit) {
    cpuMicrosAtExit_ = exit.cpuMicros;
    facts_.waitStatusKnown = exit.known;
    facts_.waitStatus = exit.waitStatus;
    return EndCause::exited;
  });
}

// The timer counts from the loop's last turn, so it may fire a little early by our own clock.
kj::Promise<EndCause> JobRun::whenTimedOut() {
  const uint64_t limitMicros = request_.limits.wallTimeMs * 1000;
  const uint64_t elapsed = microsBetween(startedAt_, monotonicNow());
  if (elapsed >= limitMicros) return EndCause::timeout;
  return timer_.afterDelay((limitMicros - elapsed) * kj::MICROSECONDS).then([this]() {
    return whenTimedOut();
  });
}

// Of what has ended a sampler sees nothing any more.
uint64_t JobRun::cpuMicrosUsed() const {
  const uint64_t now = worker_.cgroup().cpuMicros();
  return now - std::min(now, cpuMicrosBefore_.value_or(0));
}

// Looks again no sooner than the limit can have been reached at the quota's full rate.
kj::Promise<EndCause> JobRun::whenCpuSpent(uint64_t used) {
  const uint64_t limitMicros = request_.limits.cpuTimeMs * 1000;
  if (used >= limitMicros) return EndCause::cpuLimit;
  const uint64_t earliest = (limitMicros - used) * 1000 / cpuMillicores_;
  return timer_.afterDelay(std::max(earliest, kMinCpuCheckMicros) * kj::MICROSECONDS)
      .then([this]() { return whenCpuSpent(cpuMicrosUsed()); });
}

// A job of which the kernel has killed only a child would run on, with a part missing.
kj::Promise<EndCause> JobRun::whenCallDenied() {
  return worker_.whenCallDenied().then([this](std::string name) {
    facts_.deniedCall = std::move(name);
    return EndCause::deniedCall;
  });
}

kj::Promise<EndCause> JobRun::whenOutOfMemory() {
  return timer_.afterDelay(kUnwatchedTime)
      .then([this]() { return worker_.whenOutOfMemory(); })
      .then([]() { return EndCause::outOfMemory; });
}

kj::Promise<EndCause> JobRun::whenSampledOver() {
  if (!worker_.cgroup().isSampled()) return kj::NEVER_DONE;
  return timer_.afterDelay(kSamplePeriod).then([this]() -> kj::Promise<EndCause> {
    const JobLimits& limits = request_.limits;
    facts_.usage = worker_.cgroup().usage();
    KJ_IF_MAYBE (cause, sampledOver()) return *cause;
    // Nothing holds it to its share of a CPU, by which whenCpuSpent() plans.
    if (cpuMicrosUsed() >= limits.cpuTimeMs * 1000) return EndCause::cpuLimit;
    return whenSampledOver();
  });
}

// By the last look.
kj::Maybe<EndCause> JobRun::sampledOver() const {
  const JobLimits& limits = request_.limits;
  if (facts_.usage.peakMemoryBytes > limits.memoryBytes) return EndCause::outOfMemory;
  if (facts_.usage.peakProcesses > limits.processes) return EndCause::tooManyProcesses;
  if (facts_.usage.workspaceBytes > limits.workspaceBytes) return EndCause::tooManyBytes;
  if (facts_.usage.hidden) return EndCause::hidden;
  if (facts_.usage.workspaceInodes > limits.workspaceInodes) return EndCause::tooManyInodes;
  return nullptr;
}

kj::Promise<kj::OneOf<JobFacts, NotStarted>> JobRun::conclude(EndCause cause) {
  note(request_.trace, "supervisor.done");
  const bool atOnce = endsAtOnce(cause);
  if (!atOnce) watching_ = nullptr;
  // The job may have ended in the very turn in which a clock ran out; then it was in time.
  if (cause == EndCause::timeout) {
    auto lastFrame = worker_.tryReadFrame();
    KJ_IF_MAYBE (frame, lastFrame) {
      if (noteDone(*frame)) cause = EndCause::done;
    }
  }
  takeLastResults();
  if (worker_.cgroup().isSampled() && endedItself(cause)) {
    // It ended between two looks: what is over its limit by then is over it all the same.
    worker_.cgroup().finish();
    facts_.usage = worker_.cgroup().usage();
    KJ_IF_MAYBE (over, sampledOver()) cause = *over;
  }
  facts_.cause = cause;
  if (!endedItself(cause)) worker_.killSlot();
  facts_.wallMicros = microsBetween(startedAt_, monotonicNow());
  facts_.usage = cause == EndCause::done ? worker_.cgroup().usageWhenDone()
                                         : worker_.cgroup().usage();
  // Of what is gone nothing is left to look at, but its parent was told.
  if (worker_.cgroup().isSampled()) {
    facts_.usage.cpuMicros = std::max(facts_.usage.cpuMicros, cpuMicrosAtExit_);
  }
  if (!cpuMicrosBefore_) cpuMicrosBefore_ = cpuMicrosBefore(facts_.usage.cpuMicros);
  facts_.usage.cpuMicros -= std::min(*cpuMicrosBefore_, facts_.usage.cpuMicros);
  feeding_ = nullptr;
  note(request_.trace, "supervisor.usage");
  if (atOnce) {
    stdout_.finishNow();
    stderr_.finishNow();
    lettingGo_ = kj::evalLast([this]() { watching_ = nullptr; }).eagerlyEvaluate(nullptr);
    noteOutput();
    note(request_.trace, "supervisor.collected");
    return kj::OneOf<JobFacts, NotStarted>(facts_);
  }
  return kj::joinPromises(kj::arr(stdout_.finish(), stderr_.finish()))
      .then([this]() { return collectFiles(); })
      .then([this]() -> kj::OneOf<JobFacts, NotStarted> {
        noteOutput();
        note(request_.trace, "supervisor.collected");
        return facts_;
      });
}

// Nothing remains to be waited for, during which anybody could tell of something else.
bool JobRun::endsAtOnce(EndCause cause) const {
  return cause == EndCause::done && !follows_ && request_.collect.empty() &&
         !worker_.cgroup().isSampled();
}

// A job that ended without a word may have shown something before.
void JobRun::takeLastResults() {
  if (!request_.job.getRich()) return;
  constexpr int kMostFrames = 8;
  for (int i = 0; i < kMostFrames && worker_.tryReadFrame() != nullptr; ++i) {
  }
}

kj::Promise<void> JobRun::collectFiles() {
  if (request_.collect.empty()) return kj::READY_NOW;
  fileCollector_.emplace(worker_.workspaceFd(), request_.collect, collectLimits(config_.files));
  return goOnCollecting();
}

// A little at a time, for others are served by the same thread. What the job has left running is
// not given the time that a large collection takes.
kj::Promise<void> JobRun::goOnCollecting() {
  if (fileCollector_->step()) return kj::READY_NOW;
  worker_.killSlot();
  return timer_.afterDelay(0 * kj::SECONDS).then([this]() { return goOnCollecting(); });
}

// More than it may was still in the pipes: how soon we looked must not decide.
void JobRun::noteOutput() {
  const bool truncated = stdout_.truncated() || stderr_.truncated();
  if (endedItself(facts_.cause) && truncated) facts_.cause = EndCause::outputLimit;
  facts_.outputBytes = std::max(stdout_.writtenBytes(), stderr_.writtenBytes());
}

}  // namespace brood
