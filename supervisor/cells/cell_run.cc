#include "supervisor/cells/cell_run.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/plain_text.h"
#include "rpc/wire/cell_frames.h"
#include "supervisor/base/clock.h"

namespace brood::supervisor {
namespace {

// As long as nobody follows the output (supervisor/jobs/job_run.cc).
constexpr auto kUnwatchedTime = 2 * kj::MILLISECONDS;
constexpr uint64_t kMinCpuCheckMicros = 1'000;
// Between the end of a channel and the news of its worker's end, which comes by way of the zygote.
constexpr auto kExitNewsBound = 300 * kj::MILLISECONDS;
constexpr auto kInterruptPause = 500 * kj::MILLISECONDS;
constexpr int kMostInterrupts = 4;
// After a kill, for a host in trouble.
constexpr auto kKillBound = 30 * kj::SECONDS;

}  // namespace

CellRun::CellRun(SessionGround& ground, SessionWorker& worker, Leftovers& leftovers,
                 CellOrder& order)
    : ground_(ground), worker_(worker), leftovers_(leftovers), order_(order) {
  KJ_IF_MAYBE (sink, order.sink) sink_ = *sink;
  facts_.limits = order.limits;
  collect(sink_, order.limits.outputBytes);
}

void CellRun::collect(kj::Maybe<rpc::OutputSink::Client&> sink, uint64_t capBytes) {
  auto& pipes = worker_.pipes();
  stdout_.emplace(pipes.stdoutFd(), pipes.stdoutObserver(), rpc::OutputStream::STDOUT, capBytes,
                  sink);
  stderr_.emplace(pipes.stderrFd(), pipes.stderrObserver(), rpc::OutputStream::STDERR, capBytes,
                  sink);
}

kj::Promise<void> CellRun::run(uint32_t number) {
  number_ = number;
  setCellNumber(order_.message, number);
  worker_.channel().frames().acceptResultsAnew(order_.results, FrameReader::Results::oneByOne);
  auto paf = kj::newPromiseAndFulfiller<void>();
  wished_ = kj::mv(paf.fulfiller);
  cpuMicrosBefore_ = ground_.sandbox.meter().cpuMicros();
  startedAt_ = monotonicNow();
  auto& said = said_.emplace(whenSaid().fork());
  watch();
  if (wish_) wished_->fulfill();
  return said.addBranch()
      .exclusiveJoin(paf.promise.then([]() { return Sign::asked; }))
      .then([this](Sign sign) {
        clocks_ = nullptr;
        isAsked_ = sign == Sign::asked;
        if (isAsked_) return wish_->atOnce ? endWorker() : interrupt();
        return conclude(sign);
      })
      .then([this]() { decide(); });
}

// A worker that has gone is found out by its wait status.
kj::Promise<CellRun::Sign> CellRun::whenSaid() {
  auto sent =
      worker_.channel().send(kj::mv(order_.message)).catch_([](kj::Exception&&) {}).then([this]() {
        return whenDone();
      });
  return sent.exclusiveJoin(whenExited());
}

kj::Promise<CellRun::Sign> CellRun::whenDone() {
  return worker_.channel().readFrame().then(
      [this](kj::Maybe<WorkerFrame> frame) -> kj::Promise<Sign> {
        if (worker_.channel().frames().hasResultToTake()) {
          return passOnResult().then([this]() { return whenDone(); });
        }
        KJ_IF_MAYBE (received, frame) {
          if (received->kind != WorkerFrameKind::cellDone || received->cell() != number_) {
            return Sign::broken;
          }
          facts_.doneExitCode = received->exitCode;
          return Sign::done;
        }
        return Sign::broken;
      });
}

kj::Promise<CellRun::Sign> CellRun::whenExited() {
  return worker_.onExit().then([this](ProcessExit exit) {
    facts_.waitStatusKnown = exit.known;
    facts_.waitStatus = exit.waitStatus;
    hasExited_ = true;
    return Sign::exited;
  });
}

// In the order in which the cell wrote them: it waits for our word before it writes anything else.
kj::Promise<void> CellRun::passOnResult() {
  auto taken = KJ_ASSERT_NONNULL(worker_.channel().frames().takeResult());
  if (taken.mime == kCellErrorMime) {
    error_ = std::move(taken.data);
    worker_.channel().acknowledgeResult();
    return kj::READY_NOW;
  }
  const bool isWanted = order_.isRich && !isOutputLetGo_;
  if (sink_ == nullptr || !isWanted) {
    if (isWanted) results_.push_back(std::move(taken));
    worker_.channel().acknowledgeResult();
    return kj::READY_NOW;
  }
  return kj::joinPromises(kj::arr(stdout_->forwardPresent(), stderr_->forwardPresent()))
      .then([this, taken = std::move(taken)]() -> kj::Promise<void> {
        auto request = KJ_ASSERT_NONNULL(sink_).resultRequest(
            capnp::MessageSize{(taken.data.size() + taken.mime.size()) / 8 + 32, 0});
        auto out = request.initResult();
        out.setMime({taken.mime.c_str(), taken.mime.size()});
        out.setData({taken.data.data(), taken.data.size()});
        out.setObject(taken.object);
        return request.send();
      })
      .catch_([this](kj::Exception&&) { abandon(); })
      .then([this]() { worker_.channel().acknowledgeResult(); });
}

void CellRun::watch() {
  clocks_ = watchClocks().eagerlyEvaluate(
      [](kj::Exception&& why) { spdlog::error("a cell's clocks: {}", plainText(why)); });
  outputs_ = overCap(*stdout_)
                 .exclusiveJoin(overCap(*stderr_))
                 .then([this]() {
                   if (!wish_) return end(EndCause::outputLimit);
                   // A program that stands at a full pipe heeds nothing.
                   if (isAsked_) letGoOfOutput();
                 })
                 .eagerlyEvaluate([this](kj::Exception&& why) {
                   // The caller's sink is gone, most likely.
                   if (why.getType() != kj::Exception::Type::DISCONNECTED) {
                     spdlog::warn("a cell's output: {}", plainText(why));
                   }
                   abandon();
                 });
}

kj::Promise<void> CellRun::watchClocks() {
  auto timedOut =
      ground_.clock.afterDelay(order_.limits.wallTimeMs * kj::MILLISECONDS).then([this]() {
        end(EndCause::timeout);
      });
  auto spent = whenCpuSpent().then([this]() { end(EndCause::cpuLimit); });
  return timedOut.exclusiveJoin(kj::mv(spent));
}

kj::Promise<void> CellRun::overCap(OutputCollector& output) {
  if (sink_ != nullptr) return output.whenOverCap();
  return ground_.timer.afterDelay(kUnwatchedTime).then([&output]() {
    return output.whenOverCap();
  });
}

// Asks again no sooner than the limit can have been reached at the quota's full rate.
kj::Promise<void> CellRun::whenCpuSpent() {
  const uint64_t limit = order_.limits.cpuTimeMs * 1000;
  const uint64_t now = ground_.sandbox.meter().cpuMicros();
  const uint64_t used = now - std::min(now, cpuMicrosBefore_);
  if (used >= limit) return kj::READY_NOW;
  const uint64_t earliest = (limit - used) * 1000 / ground_.cpuMillicores();
  return ground_.timer.afterDelay(std::max(earliest, kMinCpuCheckMicros) * kj::MICROSECONDS)
      .then([this]() { return whenCpuSpent(); });
}

void CellRun::end(EndCause cause, bool atOnce) {
  if (wish_) return;
  wish_ = Wish{cause, atOnce};
  if (wished_.get() != nullptr) wished_->fulfill();
}

void CellRun::abandon() {
  if (order_.isDetached) {
    if (isOutputLetGo_ || sink_ == nullptr) return;
    // It goes on, and somebody has to read what it writes.
    letGoOfOutput();
    return;
  }
  end(EndCause::exited);
}

void CellRun::noteDeniedCall(const std::string& name) {
  if (facts_.deniedCall.empty()) facts_.deniedCall = name;
  end(EndCause::deniedCall, true);
}

// What it has written until now is its output; what comes from here on is nobody's.
void CellRun::letGoOfOutput() {
  if (isOutputLetGo_) return;
  isOutputLetGo_ = true;
  stdout_->finish();
  stderr_->finish();
  leftovers_.start();
}

kj::Promise<void> CellRun::interrupt() {
  const bool isReadOn = wish_->cause == EndCause::timeout || wish_->cause == EndCause::cpuLimit;
  if (!isReadOn) letGoOfOutput();
  interrupting_ = keepInterrupting(kMostInterrupts).eagerlyEvaluate(nullptr);
  auto grace = ground_.clock.afterDelay(ground_.config.sessions.interruptGraceMs * kj::MILLISECONDS)
                   .then([]() { return Sign::late; });
  auto& said = KJ_ASSERT_NONNULL(said_);
  return said.addBranch().exclusiveJoin(kj::mv(grace)).then([this](Sign sign) {
    return sign == Sign::late ? endWorker() : conclude(sign);
  });
}

void CellRun::nudge() {
  interrupting_ = keepInterrupting(kMostInterrupts).eagerlyEvaluate(nullptr);
}

// An interpreter may miss one between two of its own steps.
kj::Promise<void> CellRun::keepInterrupting(int times) {
  worker_.interrupt();
  if (times <= 1) return kj::READY_NOW;
  return ground_.clock.afterDelay(kInterruptPause).then([this, times]() {
    return keepInterrupting(times - 1);
  });
}

kj::Promise<void> CellRun::endWorker() {
  interrupting_ = nullptr;
  worker_.end();
  isLost_ = true;
  if (hasExited_) return kj::READY_NOW;
  return ground_.timer.timeoutAfter(kKillBound, whenExited())
      .then([](Sign) {},
            [](kj::Exception&& why) {
              spdlog::error("a session's worker does not end: {}", plainText(why));
            });
}

kj::Promise<void> CellRun::conclude(Sign sign) {
  if (sign == Sign::done) return kj::READY_NOW;
  isLost_ = true;
  if (sign == Sign::exited) {
    worker_.end();  // And what it leaves behind.
    return kj::READY_NOW;
  }
  // The end of a channel is most often that of its worker.
  auto late = ground_.timer.afterDelay(kExitNewsBound).then([]() { return Sign::late; });
  auto exited = worker_.channel().frames().hasEnded() ? whenExited().exclusiveJoin(kj::mv(late))
                                                      : kj::Promise<Sign>(Sign::late);
  return exited.then([this](Sign news) -> kj::Promise<void> {
    if (news == Sign::exited) {
      worker_.end();
      return kj::READY_NOW;
    }
    isBroken_ = true;
    return endWorker();
  });
}

void CellRun::decide() {
  outputs_ = nullptr;
  interrupting_ = nullptr;
  facts_.wallMicros = microsBetween(startedAt_, monotonicNow());
  if (isOutputLetGo_) {
    leftovers_.stop();
    leftovers_.take();
  } else {
    stdout_->finish();
    stderr_->finish();
  }
  auto& meter = ground_.sandbox.meter();
  Usage usage = isLost_ ? meter.usage() : meter.usageWhenDone();
  facts_.usage = ground_.counters.take(usage);
  facts_.usage.cpuMicros -= std::min(cpuMicrosBefore_, facts_.usage.cpuMicros);
  facts_.outputBytes = std::max(stdout_->writtenBytes(), stderr_->writtenBytes());
  const bool isOverCap = stdout_->truncated() || stderr_->truncated();
  if (isBroken_) {
    facts_.cause = EndCause::exited;
  } else if (isAsked_) {
    facts_.cause = wish_->cause;
  } else if (isOverCap) {
    facts_.cause = EndCause::outputLimit;
  } else {
    facts_.cause = isLost_ ? EndCause::exited : EndCause::done;
  }
  verdict_ = judge(facts_);
  if (isBroken_ && verdict_.status != rpc::JobStatus::MEMORY_LIMIT) {
    verdict_.status = rpc::JobStatus::KILLED;
    verdict_.message =
        "ended because what its context sent was not the end of this cell, or because it closed "
        "its channel";
  }
  if (isLost_) return;
  // It has ended by itself when it was asked to.
  verdict_.signal.clear();
}

}  // namespace brood::supervisor
