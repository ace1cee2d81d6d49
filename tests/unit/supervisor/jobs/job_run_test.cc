#include "supervisor/jobs/job_run.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/unit/supervisor/jobs/played_run.h"

namespace brood::supervisor {
namespace {

class JobRunTest : public testing::Test {
 protected:
  ~JobRunTest() noexcept override = default;

  std::string textOf(kj::ArrayPtr<const kj::byte> bytes) {
    return {bytes.asChars().begin(), bytes.size()};
  }

  UvAsyncIo io_;
  Players stage_{io_};
};

TEST_F(JobRunTest, EndsWithTheWorkersWordAndHasItsOutput) {
  PlayedRun played(io_, stage_);
  auto outcome = played.begin();
  EXPECT_FALSE(outcome.poll(io_.waitScope()));
  played.worker.print("hello");
  played.worker.say(WorkerFrameKind::done, 5);
  const auto facts = played.facts(kj::mv(outcome));
  EXPECT_EQ(facts.cause, EndCause::done);
  EXPECT_EQ(facts.doneExitCode, 5);
  EXPECT_EQ(textOf(played.run.stdoutCollector().collected()), "hello");
  EXPECT_EQ(played.worker.sandbox.kills, 0) << "its teardown waits for the reply";
}

TEST_F(JobRunTest, SetsTheLimitsBeforeTheJobStarts) {
  auto job = roomyJob();
  job.limits.memoryBytes = 5 << 20;
  job.limits.processes = 9;
  job.limits.workspaceBytes = 3 << 20;
  PlayedRun played(io_, stage_, kj::mv(job));
  auto outcome = played.begin();
  EXPECT_EQ(played.worker.meter.limits, (UsageLimits{5 << 20, 9, 1000}));
  ASSERT_EQ(played.worker.sandbox.sizes.size(), 1u);
  EXPECT_EQ(played.worker.sandbox.sizes.front().bytes, 3u << 20);
}

TEST_F(JobRunTest, GivesTheJobItsInput) {
  auto job = roomyJob();
  job.stdin = kj::StringPtr("input").asBytes();
  PlayedRun played(io_, stage_, kj::mv(job));
  auto outcome = played.begin();
  char text[16];
  EXPECT_EQ(::read(played.worker.stdin.get(), text, sizeof(text)), 5);
  EXPECT_EQ(::read(played.worker.stdin.get(), text, sizeof(text)), 0);
}

TEST_F(JobRunTest, AWorkerThatIsGoneHasNotStartedIt) {
  PlayedRun played(io_, stage_);
  played.worker.channel.reset();
  auto outcome = played.run.run().wait(io_.waitScope());
  EXPECT_TRUE(outcome.is<NotStarted>());
}

TEST_F(JobRunTest, AWorkerThatEndsWithoutAWordLeavesItsStatus) {
  PlayedRun played(io_, stage_);
  auto outcome = played.begin();
  stage_.lose(*played.worker.handle);
  const auto facts = played.facts(kj::mv(outcome));
  EXPECT_EQ(facts.cause, EndCause::exited);
  ASSERT_TRUE(facts.waitStatusKnown);
  EXPECT_EQ(WTERMSIG(facts.waitStatus), SIGKILL);
}

TEST_F(JobRunTest, IsEndedFromOutsideOnceAndKilled) {
  PlayedRun played(io_, stage_);
  EXPECT_FALSE(played.run.end(EndCause::hostMemory)) << "it does not run yet";
  auto outcome = played.begin();
  EXPECT_TRUE(played.run.end(EndCause::hostMemory));
  EXPECT_FALSE(played.run.end(EndCause::tooManyLocks));
  EXPECT_EQ(played.facts(kj::mv(outcome)).cause, EndCause::hostMemory);
  EXPECT_EQ(played.worker.sandbox.kills, 1);
}

TEST_F(JobRunTest, ADeniedCallEndsIt) {
  PlayedRun played(io_, stage_);
  auto outcome = played.begin();
  played.run.noteDeniedCall("kexec_load");
  played.run.noteDeniedCall("reboot");
  const auto facts = played.facts(kj::mv(outcome));
  EXPECT_EQ(facts.cause, EndCause::deniedCall);
  EXPECT_EQ(facts.deniedCall, "kexec_load") << "the first one counts";
}

TEST_F(JobRunTest, ACallThatIsDeniedBeforeAnybodyWaitsEndsItAllTheSame) {
  PlayedRun played(io_, stage_);
  auto outcome = played.run.run();
  played.run.noteDeniedCall("kexec_load");
  EXPECT_EQ(played.facts(kj::mv(outcome)).cause, EndCause::deniedCall);
}

TEST_F(JobRunTest, MoreOutputThanAllowedEndsIt) {
  auto job = roomyJob();
  job.limits.outputBytes = 4;
  PlayedRun played(io_, stage_, kj::mv(job));
  auto outcome = played.begin();
  played.worker.print("hello");
  played.worker.say(WorkerFrameKind::done);
  const auto facts = played.facts(kj::mv(outcome));
  EXPECT_EQ(facts.cause, EndCause::outputLimit) << "however soon somebody has looked";
  EXPECT_EQ(textOf(played.run.stdoutCollector().collected()), "hell");
}

TEST_F(JobRunTest, IsEndedWhenItsTimeIsOver) {
  auto job = roomyJob();
  job.limits.wallTimeMs = 1000;
  PlayedRun played(io_, stage_, kj::mv(job));
  auto outcome = played.begin();
  played.turnClock(999 * kj::MILLISECONDS);
  EXPECT_FALSE(outcome.poll(io_.waitScope()));
  played.turnClock(1 * kj::MILLISECONDS);
  const auto facts = played.facts(kj::mv(outcome));
  EXPECT_EQ(facts.cause, EndCause::timeout);
  EXPECT_EQ(facts.wallMicros, 1'000'000u);
  EXPECT_EQ(played.worker.sandbox.kills, 1);
}

// The loop's timer counts from the beginning of a turn.
TEST_F(JobRunTest, ATimerThatIsEarlyDoesNotEndIt) {
  auto job = roomyJob();
  job.limits.wallTimeMs = 1000;
  PlayedRun played(io_, stage_, kj::mv(job));
  auto outcome = played.begin();
  played.timer.advanceTo(played.timer.now() + 1 * kj::SECONDS);
  EXPECT_FALSE(outcome.poll(io_.waitScope())) << "no time has passed by its clock";
  played.turnClock(1 * kj::SECONDS);
  EXPECT_EQ(played.facts(kj::mv(outcome)).cause, EndCause::timeout);
}

TEST_F(JobRunTest, OneThatIsDoneInTheTurnInWhichItsTimeRanOutWasInTime) {
  auto job = roomyJob();
  job.limits.wallTimeMs = 1000;
  PlayedRun played(io_, stage_, kj::mv(job));
  auto outcome = played.begin();
  played.worker.say(WorkerFrameKind::done, 0);
  played.turnClock(1 * kj::SECONDS);
  EXPECT_EQ(played.facts(kj::mv(outcome)).cause, EndCause::done);
}

TEST_F(JobRunTest, ASampledJobIsLookedAtOnceMoreWhenItHasEnded) {
  auto job = roomyJob();
  PlayedWorker worker = stage_.newWorker();
  worker.meter.isSampled = true;
  PlayedRun played(io_, kj::mv(worker), kj::mv(job));
  auto outcome = played.begin();
  played.worker.meter.used.peakMemoryBytes = 2ull << 30;
  played.worker.say(WorkerFrameKind::done, 0);
  EXPECT_EQ(played.facts(kj::mv(outcome)).cause, EndCause::outOfMemory);
  EXPECT_EQ(played.worker.meter.looks, std::vector{UsageMeter::Look::last});
}

TEST_F(JobRunTest, AJobThatIsEndedNeedsNoLastLook) {
  PlayedWorker worker = stage_.newWorker();
  worker.meter.isSampled = worker.meter.neverLooks = true;
  PlayedRun played(io_, kj::mv(worker), roomyJob());
  auto outcome = played.begin();
  played.run.end(EndCause::hostMemory);
  EXPECT_EQ(played.facts(kj::mv(outcome)).cause, EndCause::hostMemory);
}

TEST_F(JobRunTest, LooksAtItsCpuTimeWhenItCanHaveBeenSpent) {
  auto job = roomyJob();
  job.limits.cpuTimeMs = 100;
  PlayedRun played(io_, stage_, kj::mv(job));
  played.worker.meter.used.cpuMicros = 50'000;
  played.worker.meter.noteParked();
  auto outcome = played.begin();
  played.worker.meter.used.cpuMicros = 149'999;
  played.turnClock(100 * kj::MILLISECONDS);
  EXPECT_FALSE(outcome.poll(io_.waitScope())) << "what was used before is not the job's";
  played.worker.meter.used.cpuMicros = 150'000;
  played.turnClock(100 * kj::MILLISECONDS);
  const auto facts = played.facts(kj::mv(outcome));
  EXPECT_EQ(facts.cause, EndCause::cpuLimit);
  EXPECT_EQ(facts.usage.cpuMicros, 100'000u);
}

TEST_F(JobRunTest, TheKernelsWordThatMemoryIsOutEndsIt) {
  PlayedRun played(io_, stage_);
  auto outcome = played.begin();
  ::eventfd_write(played.worker.meter.outOfMemory.get(), 1);
  played.turnClock(10 * kj::MILLISECONDS);
  EXPECT_EQ(played.facts(kj::mv(outcome)).cause, EndCause::outOfMemory);
}

}  // namespace
}  // namespace brood::supervisor
