#include "bench/scenarios/throughput_run.h"

#include <algorithm>

#include "base/plain_text.h"
#include "bench/model/clock.h"

namespace brood::bench {
namespace {

// One client: its next job as soon as it has the answer to the last, until the time is over.
class Client {
 public:
  Client(kj::Own<JobClient> connection, JobMaker jobs, const Interrupt& interrupt,
         ThroughputPoint& point, uint64_t endNanos)
      : connection_(kj::mv(connection)),
        interrupt_(interrupt),
        point_(point),
        endNanos_(endNanos),
        jobs_(std::move(jobs)) {}

  // A client whose connection broke counts one failure and stops.
  kj::Promise<void> run() {
    return loop().catch_([this](kj::Exception&& error) { fail(plainText(error)); });
  }

 private:
  kj::Promise<void> loop() {
    if (interrupt_.hasArrived() || nowNanos() >= endNanos_) return kj::READY_NOW;
    return connection_->run(jobs_.next()).then([this](Answer&& answer) {
      note(answer);
      return loop();
    });
  }

  void note(const Answer& answer) {
    if (!answer.problem.empty()) return fail(answer.problem);
    // The last ones were still under way when the time was over: right, but not within it.
    if (nowNanos() > endNanos_) return;
    point_.nanos.push_back(answer.nanos);
    if (answer.start == rpc::StartKind::HOT) ++point_.hot;
    if (answer.start == rpc::StartKind::WARM) ++point_.warm;
    if (answer.start == rpc::StartKind::COLD) ++point_.cold;
  }

  void fail(const std::string& problem) {
    if (point_.failures++ == 0) point_.firstProblem = problem;
  }

  kj::Own<JobClient> connection_;
  const Interrupt& interrupt_;
  ThroughputPoint& point_;
  uint64_t endNanos_;
  JobMaker jobs_;
};

kj::Promise<void> showProgress(kj::Timer& timer, const ThroughputStep& step, uint64_t endNanos,
                               Progress& progress) {
  double left = (static_cast<double>(endNanos) - static_cast<double>(nowNanos())) / 1e9;
  progress.show("throughput, " + std::to_string(step.clients) + " clients over " + step.transport,
                std::max(left, 0.0) + step.secondsAfterwards);
  return timer.afterDelay(200 * kj::MILLISECONDS).then([&timer, &step, endNanos, &progress] {
    return showProgress(timer, step, endNanos, progress);
  });
}

}  // namespace

ThroughputPoint measureThroughput(UvAsyncIo& io, const Interrupt& interrupt,
                                  const ThroughputStep& step, Progress& progress) {
  ThroughputPoint point;
  point.transport = step.transport;
  point.clients = step.clients;
  point.seconds = step.seconds;
  kj::Vector<kj::Own<JobClient>> connections;
  for (size_t i = 0; i < step.clients; ++i) connections.add(step.connect());

  const uint64_t endNanos = nowNanos() + static_cast<uint64_t>(step.seconds * 1e9);
  auto clients = kj::heapArrayBuilder<kj::Own<Client>>(step.clients);
  auto running = kj::heapArrayBuilder<kj::Promise<void>>(step.clients);
  for (auto& connection : connections) {
    clients.add(kj::heap<Client>(kj::mv(connection), step.jobs, interrupt, point, endNanos));
  }
  for (auto& client : clients) running.add(client->run());
  auto showing = showProgress(io.timer(), step, endNanos, progress).eagerlyEvaluate(nullptr);
  kj::joinPromises(running.finish()).wait(io.waitScope());
  interrupt.check();
  return point;
}

}  // namespace brood::bench
