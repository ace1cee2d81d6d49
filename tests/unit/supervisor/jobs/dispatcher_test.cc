#include "supervisor/jobs/dispatcher.h"

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <kj/timer.h>

#include <deque>
#include <optional>

#include "supervisor/files/build_cache.h"
#include "tests/unit/supervisor/jobs/idle_system.h"

namespace brood::supervisor {
namespace {

// Has no parked workers; the test says what becomes of those that are waited for.
class Workers final : public WorkerSource {
 public:
  kj::Maybe<Lease> takeParked(const AdmittedJob&) override { return nullptr; }
  kj::Promise<Lease> obtain(const AdmittedJob& job) override {
    asked.push_back(job.program.fileName);
    auto paf = kj::newPromiseAndFulfiller<Lease>();
    waiting.push_back(kj::mv(paf.fulfiller));
    return kj::mv(paf.promise);
  }

  std::vector<std::string> asked;
  std::deque<kj::Own<kj::PromiseFulfiller<Lease>>> waiting;
};

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    job_.setLanguage("shell");
    system_.config().supervisor.maxConcurrentJobs = 2;
    system_.config().supervisor.queueLimit = 1;
    system_.config().supervisor.queueTimeoutMs = 500;
  }
  ~DispatcherTest() noexcept override = default;

  Dispatcher& dispatcher() {
    if (!dispatcher_) {
      dispatcher_.emplace(timer_, system_.profiles(), system_.toolchains(), workers_, running_,
                          access_, system_.config());
    }
    return *dispatcher_;
  }
  kj::Promise<JobReply> run() { return dispatcher().run(job_.asReader(), nullptr); }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    waitScope().poll();
  }
  kj::WaitScope& waitScope() { return system_.io().waitScope(); }
  RejectionInfo rejection(kj::Promise<JobReply>& promise) {
    if (!promise.poll(waitScope())) {
      ADD_FAILURE() << "not decided";
      return {};
    }
    auto reply = promise.wait(waitScope());
    EXPECT_TRUE(reply.is<RejectionInfo>());
    return reply.is<RejectionInfo>() ? kj::mv(reply.get<RejectionInfo>()) : RejectionInfo{};
  }

  IdleSystem system_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Workers workers_;
  RunningJobs running_{timer_, 0};
  const EgressAccess access_{.broker = nullptr, .whyNot = "egress.enabled is off"};
  std::optional<Dispatcher> dispatcher_;
  capnp::MallocMessageBuilder message_;
  rpc::Job::Builder job_ = message_.initRoot<rpc::Job>();
};

TEST_F(DispatcherTest, AJobThatIsNotAdmittedAsksForNoWorker) {
  job_.setLanguage("cobol");
  auto reply = run();
  EXPECT_EQ(rejection(reply).code, "unknown_language");
  EXPECT_TRUE(workers_.asked.empty());
  EXPECT_EQ(dispatcher().jobsTotal(), 0u);
}

TEST_F(DispatcherTest, AJobThatAsksForNetworkIsRefusedWhereThereIsNone) {
  job_.initNetwork().setOn();
  auto reply = run();
  const auto info = rejection(reply);
  EXPECT_EQ(info.code, "network_unavailable");
  EXPECT_EQ(info.field, "network");
  EXPECT_NE(info.message.find("egress.enabled is off"), std::string::npos);
  EXPECT_TRUE(workers_.asked.empty());
}

TEST_F(DispatcherTest, AJobWithoutAWorkerIsRefusedWhenTheBoundIsOver) {
  auto reply = run();
  EXPECT_EQ(workers_.asked, std::vector<std::string>{"main.sh"});
  turnClock(499 * kj::MILLISECONDS);
  EXPECT_FALSE(reply.poll(waitScope()));
  EXPECT_EQ(dispatcher().admission().running(), 1u);
  turnClock(1 * kj::MILLISECONDS);
  EXPECT_EQ(rejection(reply).code, "queue_timeout");
  EXPECT_FALSE(workers_.waiting.front()->isWaiting()) << "the worker would be nobody's";
  EXPECT_EQ(dispatcher().admission().running(), 0u) << "its place is another job's";
}

TEST_F(DispatcherTest, AWorkerThatCannotBeStartedIsNoFaultOfTheJobs) {
  auto reply = run();
  workers_.waiting.front()->reject(KJ_EXCEPTION(FAILED, "no memory for a sandbox"));
  auto info = rejection(reply);
  EXPECT_EQ(info.kind, rpc::RejectionKind::UNAVAILABLE);
  EXPECT_EQ(info.code, "sandbox_unavailable");
  EXPECT_NE(info.message.find("no memory for a sandbox"), std::string::npos);
  EXPECT_GT(info.retryAfterMs, 0u);
}

TEST_F(DispatcherTest, JobsBeyondTheBoundWaitAndThenAreRefused) {
  auto first = run(), second = run(), third = run();
  EXPECT_EQ(workers_.asked.size(), 2u) << "two may run at once";
  EXPECT_EQ(dispatcher().admission().queued(), 1u);
  auto fourth = run();
  EXPECT_EQ(rejection(fourth).code, "overloaded");
  first = nullptr;
  waitScope().poll();
  EXPECT_EQ(workers_.asked.size(), 3u) << "a caller who leaves makes room";
  EXPECT_EQ(dispatcher().admission().queued(), 0u);
}

TEST_F(DispatcherTest, DroppingTheReplyGivesTheWorkerUp) {
  auto reply = run();
  ASSERT_EQ(workers_.waiting.size(), 1u);
  EXPECT_TRUE(workers_.waiting.front()->isWaiting());
  reply = nullptr;
  EXPECT_FALSE(workers_.waiting.front()->isWaiting());
}

TEST_F(DispatcherTest, AReasonToRefuseJobsHoldsUntilItIsTakenBack) {
  dispatcher().refuseJobs("a canary got out");
  auto refused = run();
  auto info = rejection(refused);
  EXPECT_EQ(info.code, "isolation_lost");
  EXPECT_EQ(info.message, "a canary got out");
  dispatcher().refuseJobs("");
  auto taken = run();
  EXPECT_EQ(workers_.asked.size(), 1u);
}

TEST_F(DispatcherTest, ItsOwnJobsWaitInNoQueue) {
  auto first = run(), second = run();
  AdmittedJob own;
  own.program.fileName = "canary";
  auto reply = dispatcher().runOwn(kj::mv(own));
  ASSERT_EQ(workers_.asked.size(), 3u);
  EXPECT_EQ(workers_.asked.back(), "canary");
  EXPECT_EQ(dispatcher().jobsTotal(), 2u) << "nobody has asked for it";
  turnClock(500 * kj::MILLISECONDS);
  EXPECT_FALSE(reply.poll(waitScope())) << "it has a bound of its own";
}

TEST_F(DispatcherTest, DrainingRefusesNewJobsAndWaitsForTheRest) {
  auto first = run(), second = run(), third = run();
  auto drained = dispatcher().drain();
  EXPECT_FALSE(third.poll(waitScope())) << "it came before";
  dispatcher().refuseWaiting();
  EXPECT_EQ(rejection(third).code, "unavailable");
  auto late = run();
  EXPECT_EQ(rejection(late).code, "unavailable");
  EXPECT_FALSE(drained.poll(waitScope()));
  first = nullptr;
  second = nullptr;
  EXPECT_TRUE(drained.poll(waitScope()));
}

}  // namespace
}  // namespace brood::supervisor
