#include "supervisor/jobs/job_run.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

#include "base/plain_text.h"
#include "supervisor/base/clock.h"
#include "supervisor/jobs/job_encoder.h"

namespace brood::supervisor {
namespace {

// Every write of a job wakes whoever watches its pipes, on a CPU that the job could use. Most jobs
// have ended by then with less than a pipe holds; one that fills its pipe waits this long once.
constexpr auto kUnwatchedTime = 2 * kj::MILLISECONDS;

EndCause causeOf(Excess excess) {
  switch (excess) {
    case Excess::cpuTime:
      return EndCause::cpuLimit;
    case Excess::memory:
      return EndCause::outOfMemory;
    case Excess::processes:
      return EndCause::tooManyProcesses;
    case Excess::workspaceBytes:
      return EndCause::tooManyBytes;
    case Excess::workspaceInodes:
      return EndCause::tooManyInodes;
    case Excess::hidden:
      return EndCause::hidden;
  }
  KJ_UNREACHABLE;
}

bool endedItself(EndCause cause) { return cause == EndCause::done || cause == EndCause::exited; }

CollectLimits collectLimits(const FilesConfig& files) {
  return {.maxFiles = files.maxCollected,
          .maxFileBytes = files.maxCollectedFileBytes,
          .maxTotalBytes = files.maxCollectedBytes,
          .maxNames = files.maxNames,
          .giveUpAt = monotonicNow() + kCollectBound};
}

}  // namespace

JobRun::JobRun(kj::Timer& timer, const kj::MonotonicClock& clock, WorkerHandle& worker,
               const AdmittedJob& job, uint32_t cpuMillicores, const Config& config,
               kj::Maybe<rpc::OutputSink::Client&> sink)
    : timer_(timer),
      clock_(clock),
      worker_(worker),
      job_(job),
      cpuMillicores_(cpuMillicores != 0 ? cpuMillicores
                                        : 1000 * std::thread::hardware_concurrency()),
      stdout_(worker.pipes().stdoutFd(), worker.pipes().stdoutObserver(), rpc::OutputStream::STDOUT,
              job.limits.outputBytes, sink),
      stderr_(worker.pipes().stderrFd(), worker.pipes().stderrObserver(), rpc::OutputStream::STDERR,
              job.limits.outputBytes, sink),
      config_(config),
      sink_(sink),
      follows_(sink != nullptr),
      startedAt_(clock.now()),
      watch_(worker.watchUsage(timer, clock, job.limits, cpuMillicores_)) {
  facts_.limits = job.limits;
}

kj::Promise<kj::OneOf<JobFacts, NotStarted>> JobRun::run() {
  const JobLimits& limits = job_.limits;
  sandbox().meter().setLimits(UsageLimits{limits.memoryBytes, limits.processes, cpuMillicores_});
  sandbox().setWorkspaceSize(WorkspaceSize::of(limits));
  startedAt_ = clock_.now();
  watch_->noteHandOver(startedAt_);
  if (job_.wantsResults) {
    channel().frames().acceptResults(
        config_.results, follows_ ? FrameReader::Results::oneByOne : FrameReader::Results::kept);
  }
  return channel()
      .send(encodeJob(job_, config_.results, sandbox().backstops(limits),
                      worker_.executesPrograms(), follows_))
      .then(
          [this]() -> kj::Promise<kj::OneOf<JobFacts, NotStarted>> {
            note(job_.trace, "supervisor.dispatched");
            // On a CPU that both share it may have been quicker: then there is nothing to watch.
            if (isDoneAlready()) return conclude(EndCause::done);
            // The worker is awake by now; what it need not wait for comes here.
            watch_->noteAwake();
            feeding_ = worker_.pipes().feedStdin(job_.stdin).eagerlyEvaluate(nullptr);
            return waitForEnd().then([this](EndCause cause) { return conclude(cause); });
          },
          [](kj::Exception&& exception) -> kj::Promise<kj::OneOf<JobFacts, NotStarted>> {
            if (exception.getType() != kj::Exception::Type::DISCONNECTED) return kj::mv(exception);
            return kj::OneOf<JobFacts, NotStarted>(NotStarted{plainText(exception)});
          });
}

bool JobRun::isDoneAlready() {
  auto first = channel().tryReadFrame();
  KJ_IF_MAYBE (frame, first) {
    isOutOfStep_ = !noteDone(*frame);
    return !isOutOfStep_;
  }
  return false;
}

// Joins two promises instead of nine: every promise in the join costs a turn of the event loop when
// the job ends, and the other eight can be cancelled after the reply.
kj::Promise<EndCause> JobRun::waitForEnd() {
  auto paf = kj::newPromiseAndFulfiller<EndCause>();
  otherEnd_ = kj::mv(paf.fulfiller);
  if (!facts_.deniedCall.empty()) end(EndCause::deniedCall);
  watching_ = whenEndedOtherwise()
                  .then([this](EndCause cause) { otherEnd_->fulfill(kj::mv(cause)); })
                  .eagerlyEvaluate(
                      [this](kj::Exception&& exception) { otherEnd_->reject(kj::mv(exception)); });
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
      .exclusiveJoin(watch_->whenExceeded().then([](Excess excess) { return causeOf(excess); }));
}

// Anything but a well-formed "done" is ignored: the wait status will tell.
kj::Promise<EndCause> JobRun::whenDone() {
  if (isOutOfStep_) return kj::NEVER_DONE;
  return channel().readFrame().then([this](kj::Maybe<WorkerFrame> frame) -> kj::Promise<EndCause> {
    KJ_IF_MAYBE (received, frame) {
      if (noteDone(*received)) return EndCause::done;
    }
    if (channel().frames().hasResultToTake()) {
      return passOnResult().then([this]() { return whenDone(); });
    }
    return kj::Promise<EndCause>(kj::NEVER_DONE);
  });
}

// In the order in which the job wrote them: it waits for our word before it writes anything else.
kj::Promise<void> JobRun::passOnResult() {
  return kj::joinPromises(kj::arr(stdout_.forwardPresent(), stderr_.forwardPresent()))
      .then([this]() -> kj::Promise<void> {
        auto taken = channel().frames().takeResult();
        auto& result = KJ_ASSERT_NONNULL(taken);
        auto request = KJ_ASSERT_NONNULL(sink_).resultRequest(
            capnp::MessageSize{(result.data.size() + result.mime.size()) / 8 + 32, 0});
        auto out = request.initResult();
        out.setMime({result.mime.c_str(), result.mime.size()});
        out.setData({result.data.data(), result.data.size()});
        out.setObject(result.object);
        return request.send();
      })
      .then([this]() { channel().acknowledgeResult(); });
}

bool JobRun::noteDone(const WorkerFrame& frame) {
  if (frame.kind != WorkerFrameKind::done) return false;
  facts_.doneExitCode = frame.exitCode;
  return true;
}

kj::Promise<EndCause> JobRun::whenExited() {
  return worker_.onExit().then([this](ProcessExit exit) {
    sandbox().meter().noteExit(exit.cpuMicros);
    facts_.waitStatusKnown = exit.known;
    facts_.waitStatus = exit.waitStatus;
    return EndCause::exited;
  });
}

// The timer counts from the loop's last turn, so it may fire a little early by our own clock.
kj::Promise<EndCause> JobRun::whenTimedOut() {
  const uint64_t limitMicros = job_.limits.wallTimeMs * 1000;
  const uint64_t elapsed = microsBetween(startedAt_, clock_.now());
  if (elapsed >= limitMicros) return EndCause::timeout;
  return timer_.afterDelay((limitMicros - elapsed) * kj::MICROSECONDS).then([this]() {
    return whenTimedOut();
  });
}

bool JobRun::end(EndCause cause) {
  if (otherEnd_.get() == nullptr || !otherEnd_->isWaiting()) return false;
  otherEnd_->fulfill(kj::mv(cause));
  return true;
}

// A job of which the kernel has killed only a child would run on, with a part missing.
void JobRun::noteDeniedCall(const std::string& name) {
  if (!facts_.deniedCall.empty()) return;
  facts_.deniedCall = name;
  end(EndCause::deniedCall);
}

kj::Promise<kj::OneOf<JobFacts, NotStarted>> JobRun::conclude(EndCause cause) {
  note(job_.trace, "supervisor.done");
  facts_.wallMicros = microsBetween(startedAt_, clock_.now());
  const bool atOnce = endsAtOnce(cause);
  if (!atOnce) watching_ = nullptr;
  // The job may have ended in the very turn in which a clock ran out; then it was in time.
  if (cause == EndCause::timeout) {
    auto lastFrame = channel().tryReadFrame();
    KJ_IF_MAYBE (frame, lastFrame) {
      if (noteDone(*frame)) cause = EndCause::done;
    }
  }
  takeLastResults();
  if (watch_->needsLastLook() && endedItself(cause)) {
    return watch_->settle().then([this, cause](kj::Maybe<Excess> excess) {
      KJ_IF_MAYBE (unseen, excess) return concludeWith(causeOf(*unseen), false);
      return concludeWith(cause, false);
    });
  }
  return concludeWith(cause, atOnce);
}

kj::Promise<kj::OneOf<JobFacts, NotStarted>> JobRun::concludeWith(EndCause cause, bool atOnce) {
  facts_.cause = cause;
  if (!endedItself(cause)) sandbox().kill();
  facts_.usage = watch_->usage(cause == EndCause::done);
  feeding_ = nullptr;
  note(job_.trace, "supervisor.usage");
  stdout_.finish();
  stderr_.finish();
  if (atOnce) {
    lettingGo_ = kj::evalLast([this]() { watching_ = nullptr; }).eagerlyEvaluate(nullptr);
    noteOutput();
    note(job_.trace, "supervisor.collected");
    return kj::OneOf<JobFacts, NotStarted>(facts_);
  }
  return collectFiles().then([this]() -> kj::OneOf<JobFacts, NotStarted> {
    noteOutput();
    note(job_.trace, "supervisor.collected");
    return facts_;
  });
}

// Nothing remains to be waited for, during which anybody could tell of something else.
bool JobRun::endsAtOnce(EndCause cause) const {
  return cause == EndCause::done && !follows_ && job_.collect.empty() && !watch_->needsLastLook();
}

// A job that ended without a word may have shown something before.
void JobRun::takeLastResults() {
  if (!job_.wantsResults) return;
  channel().frames().keepResults();
  constexpr int kMostFrames = 8;
  for (int i = 0; i < kMostFrames && channel().tryReadFrame() != nullptr; ++i) {
  }
}

kj::Promise<void> JobRun::collectFiles() {
  if (job_.collect.empty()) return kj::READY_NOW;
  fileCollector_.emplace(sandbox().workspaceFd(), job_.collect, collectLimits(config_.files));
  // Processes that the job has left running do not get the time that a large collection takes.
  return fileCollector_->collectAll(timer_, [this]() { sandbox().kill(); });
}

// More than it may was still in the pipes: how soon we looked must not decide.
void JobRun::noteOutput() {
  const bool truncated = stdout_.truncated() || stderr_.truncated();
  if (endedItself(facts_.cause) && truncated) facts_.cause = EndCause::outputLimit;
  facts_.outputBytes = std::max(stdout_.writtenBytes(), stderr_.writtenBytes());
}

}  // namespace brood::supervisor
