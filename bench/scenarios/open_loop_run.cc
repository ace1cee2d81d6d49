#include "bench/scenarios/open_loop_run.h"

#include <algorithm>
#include <deque>
#include <random>

#include "base/plain_text.h"
#include "bench/model/clock.h"

namespace brood::bench {
namespace {

// A system that cannot keep up is given this long for what is still due.
constexpr double kPatienceSeconds = 10;

// Makes the same moments in every run. Gaps of independent arrivals are distributed exponentially.
std::deque<uint64_t> dueTimes(const OpenLoopStep& step, uint64_t startNanos) {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap(step.jobsPerSecond);
  std::deque<uint64_t> times;
  for (double at = gap(random); at < step.seconds; at += gap(random)) {
    times.push_back(startNanos + static_cast<uint64_t>(at * 1e9));
  }
  return times;
}

class OpenLoop {
 public:
  OpenLoop(UvAsyncIo& io, const Interrupt& interrupt, const OpenLoopStep& step,
           OpenLoopPoint& point, Progress& progress)
      : io_(io), interrupt_(interrupt), step_(step), point_(point), progress_(progress) {
    for (size_t i = 0; i < step.connections; ++i) connections_.push_back(step.connect());
    for (auto& connection : connections_) free_.push_back(connection.get());
    running_.reserve(step.connections);
  }

  kj::Promise<void> run() {
    const uint64_t start = nowNanos();
    lastNanos_ = start + static_cast<uint64_t>((step_.seconds + kPatienceSeconds) * 1e9);
    due_ = dueTimes(step_, start);
    point_.due = due_.size();
    return loop();
  }

 private:
  bool isOver() const {
    return interrupt_.hasArrived() || nowNanos() > lastNanos_ || answered_ == point_.due;
  }

  kj::Promise<void> loop() {
    startWhatIsDue();
    if (isOver()) {
      point_.failures += point_.due - answered_;
      if (answered_ < point_.due && point_.firstProblem.empty()) {
        point_.firstProblem = "not answered in time";
      }
      return kj::READY_NOW;
    }
    progress_.show(
        "open loop, " + std::to_string(static_cast<int>(step_.jobsPerSecond)) + " jobs/s",
        secondsLeft() + step_.secondsAfterwards);
    return pause().then([this] { return loop(); });
  }

  // Until something may be due, a connection is free for what is, or all is answered.
  kj::Promise<void> pause() {
    auto pair = kj::newPromiseAndFulfiller<void>();
    waiting_ = kj::mv(pair.fulfiller);
    constexpr uint64_t kLongest = 100'000'000;
    uint64_t wait = kLongest;
    if (const uint64_t now = nowNanos(); !due_.empty() && !free_.empty()) {
      wait = due_.front() > now ? std::min(due_.front() - now, kLongest) : 0;
    }
    return kj::mv(pair.promise)
        .exclusiveJoin(io_.timer().afterDelay(static_cast<int64_t>(wait) * kj::NANOSECONDS));
  }

  double secondsLeft() const {
    const double left = (static_cast<double>(lastNanos_) - static_cast<double>(nowNanos())) / 1e9;
    return std::max(0.0, left - kPatienceSeconds);
  }

  void startWhatIsDue() {
    while (!due_.empty() && due_.front() <= nowNanos() && !free_.empty()) {
      JobClient* client = free_.back();
      free_.pop_back();
      // A job that waited for no connection was late by this program's timer, which is not the
      // system's.
      const uint64_t dueNanos = due_.front() < freeSinceNanos_ ? due_.front() : nowNanos();
      due_.pop_front();
      running_.push_back(
          client->run(jobs_.next())
              .then([this, client, dueNanos](Answer&& answer) { note(client, dueNanos, answer); },
                    [this](kj::Exception&& error) { fail(plainText(error)); })
              .eagerlyEvaluate(nullptr));
    }
  }

  void note(JobClient* client, uint64_t dueNanos, const Answer& answer) {
    if (free_.empty()) freeSinceNanos_ = nowNanos();
    free_.push_back(client);
    if (!answer.problem.empty()) return fail(answer.problem);
    point_.nanos.push_back(nowNanos() - dueNanos);
    if (answer.start == rpc::StartKind::HOT) ++point_.hot;
    if (answer.start == rpc::StartKind::WARM) ++point_.warm;
    if (answer.start == rpc::StartKind::COLD) ++point_.cold;
    wakeUp();
  }

  // Its connection is not used again.
  void fail(const std::string& problem) {
    if (point_.failures++ == 0) point_.firstProblem = problem;
    wakeUp();
  }

  void wakeUp() {
    ++answered_;
    const bool oneWaits = !due_.empty() && due_.front() <= nowNanos();
    if (waiting_.get() != nullptr && (oneWaits || answered_ == point_.due)) waiting_->fulfill();
  }

  UvAsyncIo& io_;
  const Interrupt& interrupt_;
  const OpenLoopStep& step_;
  OpenLoopPoint& point_;
  Progress& progress_;
  JobMaker jobs_{Workload::print};
  std::deque<kj::Own<JobClient>> connections_;
  std::vector<JobClient*> free_;
  std::deque<uint64_t> due_;
  uint64_t lastNanos_ = 0;
  size_t answered_ = 0;
  kj::Own<kj::PromiseFulfiller<void>> waiting_;
  uint64_t freeSinceNanos_ = 0;             // Before, all connections were busy.
  std::vector<kj::Promise<void>> running_;  // Goes before what it refers to.
};

}  // namespace

OpenLoopPoint measureOpenLoop(UvAsyncIo& io, const Interrupt& interrupt, const OpenLoopStep& step,
                              Progress& progress) {
  OpenLoopPoint point;
  point.jobsPerSecond = step.jobsPerSecond;
  point.seconds = step.seconds;
  OpenLoop(io, interrupt, step, point, progress).run().wait(io.waitScope());
  interrupt.check();
  return point;
}

}  // namespace brood::bench
