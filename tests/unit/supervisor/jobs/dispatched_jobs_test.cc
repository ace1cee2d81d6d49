// Dispatcher, from the worker to the end of its sandbox; the test plays the worker.
#include <capnp/message.h>
#include <gtest/gtest.h>
#include <kj/timer.h>

#include <deque>

#include "supervisor/jobs/dispatcher.h"
#include "tests/unit/supervisor/jobs/idle_system.h"
#include "tests/unit/supervisor/jobs/played_run.h"

namespace brood::supervisor {
namespace {

// Has the workers that the test has put there, parked or to be started.
class PlayedWorkers final : public WorkerSource {
 public:
  kj::Maybe<Lease> takeParked(const AdmittedJob&) override {
    if (parked.empty()) return nullptr;
    return next(parked, rpc::StartKind::HOT);
  }
  kj::Promise<Lease> obtain(const AdmittedJob&) override {
    ++asked;
    if (startable.empty()) return kj::NEVER_DONE;
    return next(startable, rpc::StartKind::WARM);
  }

  using Handles = std::deque<kj::Own<WorkerHandle>>;
  Handles parked, startable;
  int asked = 0;

 private:
  static Lease next(Handles& handles, rpc::StartKind start) {
    Lease lease{kj::Own<void>(), kj::mv(handles.front()), start};
    handles.pop_front();
    return lease;
  }
};

class DispatchedJobsTest : public testing::Test {
 protected:
  DispatchedJobsTest() { job_.setLanguage("shell"); }
  ~DispatchedJobsTest() noexcept override = default;

  void poll() { system_.io().waitScope().poll(); }
  kj::Promise<JobReply> run() {
    auto reply = dispatcher_.run(job_.asReader(), nullptr);
    poll();
    return reply;
  }
  JobReply wait(kj::Promise<JobReply> reply) { return reply.wait(system_.io().waitScope()); }
  PlayedWorker addStartable() {
    auto worker = stage_.newWorker(true);
    workers_.startable.push_back(kj::mv(worker.handle));
    return worker;
  }
  size_t retired() { return stage_.owner().retired.size(); }

  IdleSystem system_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Players stage_{system_.io()};
  PlayedWorkers workers_;
  RunningJobs running_{timer_, 0};
  const EgressAccess access_{.broker = nullptr, .whyNot = "egress.enabled is off"};
  Dispatcher dispatcher_{timer_,  system_.profiles(), system_.toolchains(), workers_, running_,
                         access_, system_.config()};
  capnp::MallocMessageBuilder message_;
  rpc::Job::Builder job_ = message_.initRoot<rpc::Job>();
};

TEST_F(DispatchedJobsTest, AJobHasItsVerdictAndItsSandboxUntilTheReplyIsDropped) {
  auto worker = addStartable();
  auto reply = run();
  EXPECT_FALSE(running_.empty());
  worker.say(WorkerFrameKind::done, 3);
  {
    auto answered = wait(kj::mv(reply));
    auto& job = answered.get<FinishedJob>();
    EXPECT_EQ(job->verdict.status, rpc::JobStatus::ERROR);
    EXPECT_EQ(job->verdict.exitCode, 3);
    EXPECT_EQ(KJ_ASSERT_NONNULL(job->lease).start, rpc::StartKind::WARM);
    EXPECT_TRUE(running_.empty());
    EXPECT_EQ(retired(), 0u) << "the reply may still be written from what lies there";
  }
  EXPECT_EQ(retired(), 0u) << "the reply leaves first";
  poll();
  EXPECT_EQ(retired(), 1u) << "no worker is parked: there is no time to lose";
}

TEST_F(DispatchedJobsTest, TeardownGivesAReplyTheTimeToLeave) {
  auto worker = addStartable();
  auto reply = dispatcher_.runOwn(roomyJob());
  poll();
  worker.say(WorkerFrameKind::done, 0);
  wait(kj::mv(reply));
  poll();
  EXPECT_EQ(retired(), 0u);
  timer_.advanceTo(timer_.now() + 2 * kj::MILLISECONDS);
  poll();
  EXPECT_EQ(retired(), 1u);
}

TEST_F(DispatchedJobsTest, AParkedWorkerIsTakenBeforeAnyIsStarted) {
  auto worker = stage_.newWorker(true);
  workers_.parked.push_back(kj::mv(worker.handle));
  auto reply = run();
  EXPECT_EQ(workers_.asked, 0);
  worker.say(WorkerFrameKind::done, 0);
  auto answered = wait(kj::mv(reply));
  EXPECT_EQ(KJ_ASSERT_NONNULL(answered.get<FinishedJob>()->lease).start, rpc::StartKind::HOT);
}

TEST_F(DispatchedJobsTest, AWorkerThatIsGoneBeforeItHasTheJobIsReplaced) {
  addStartable().channel.reset();
  auto worker = addStartable();
  auto reply = run();
  EXPECT_EQ(workers_.asked, 2);
  EXPECT_EQ(retired(), 1u);
  worker.say(WorkerFrameKind::done, 0);
  auto answered = wait(kj::mv(reply));
  EXPECT_EQ(answered.get<FinishedJob>()->verdict.status, rpc::JobStatus::OK);
}

TEST_F(DispatchedJobsTest, AfterThreeSuchWorkersTheJobIsRefused) {
  for (int i = 0; i < 4; ++i) addStartable().channel.reset();
  auto answered = wait(run());
  ASSERT_TRUE(answered.is<RejectionInfo>());
  EXPECT_EQ(answered.get<RejectionInfo>().code, "sandbox_unavailable");
  EXPECT_EQ(workers_.asked, 3);
  EXPECT_EQ(retired(), 3u);
}

TEST_F(DispatchedJobsTest, ASandboxThatBreaksIsNoFaultOfTheJobs) {
  addStartable().meter.takesLimits = false;
  auto answered = wait(run());
  ASSERT_TRUE(answered.is<FinishedJob>());
  const Verdict& verdict = answered.get<FinishedJob>()->verdict;
  EXPECT_EQ(verdict.status, rpc::JobStatus::SANDBOX_ERROR);
  EXPECT_NE(verdict.message.find("the kernel takes no limits"), std::string::npos);
}

TEST_F(DispatchedJobsTest, ACallerWhoLeavesEndsTheJob) {
  auto worker = addStartable();
  auto reply = run();
  ASSERT_FALSE(running_.empty());
  reply = nullptr;
  EXPECT_TRUE(running_.empty());
  EXPECT_EQ(retired(), 1u);
  EXPECT_EQ(worker.sandbox.kills, 1);
}

}  // namespace
}  // namespace brood::supervisor
