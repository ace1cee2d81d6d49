#include "supervisor/verdict.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace brood {
namespace {

using rpc::JobStatus;

// Wait statuses as waitpid(2) encodes them.
constexpr int exitedWith(int code) { return code << 8; }
constexpr int killedBy(int signal) { return signal; }

JobFacts exitedFacts(int waitStatus) {
  JobFacts facts;
  facts.cause = EndCause::exited;
  facts.waitStatusKnown = true;
  facts.waitStatus = waitStatus;
  facts.memoryLimitBytes = 1000;
  facts.processLimit = 5;
  return facts;
}

TEST(Verdict, exitCodeDecidesBetweenOkAndError) {
  EXPECT_EQ(judge(exitedFacts(exitedWith(0))).status, JobStatus::OK);
  auto failed = judge(exitedFacts(exitedWith(3)));
  EXPECT_EQ(failed.status, JobStatus::ERROR);
  EXPECT_TRUE(failed.hasExitCode);
  EXPECT_EQ(failed.exitCode, 3);
  EXPECT_EQ(failed.signal, "");
}

TEST(Verdict, doneFrameGivesTheExitCodeWithinAByte) {
  JobFacts facts;
  facts.cause = EndCause::done;
  facts.doneExitCode = 256 + 7;
  EXPECT_EQ(judge(facts).exitCode, 7);
  facts.doneExitCode = -1;
  EXPECT_EQ(judge(facts).exitCode, 255);
}

TEST(Verdict, signalsAreNamed) {
  auto verdict = judge(exitedFacts(killedBy(SIGSEGV)));
  EXPECT_EQ(verdict.status, JobStatus::KILLED);
  EXPECT_EQ(verdict.signal, "SIGSEGV");
  EXPECT_FALSE(verdict.hasExitCode);
  EXPECT_EQ(judge(exitedFacts(killedBy(SIGSYS))).signal, "SIGSYS");
}

TEST(Verdict, kernelsOomKillOutranksEverything) {
  for (auto cause : {EndCause::done, EndCause::exited, EndCause::timeout, EndCause::cpuLimit,
                     EndCause::outputLimit}) {
    JobFacts facts = exitedFacts(killedBy(SIGKILL));
    facts.cause = cause;
    facts.usage.oomKills = 1;
    facts.usage.peakMemoryBytes = 1000;
    auto verdict = judge(facts);
    EXPECT_EQ(verdict.status, JobStatus::MEMORY_LIMIT);
    EXPECT_NE(verdict.message.find("measured 1000 bytes, limit 1000 bytes"), std::string::npos);
  }
}

TEST(Verdict, ourKillsNameTheirCause) {
  JobFacts facts;
  facts.cause = EndCause::timeout;
  facts.wallMicros = 1'500'000;
  facts.wallTimeLimitMs = 1'500;
  auto verdict = judge(facts);
  EXPECT_EQ(verdict.status, JobStatus::TIMEOUT);
  EXPECT_EQ(verdict.signal, "SIGKILL");
  EXPECT_EQ(verdict.message, "wall time: measured 1500 ms, limit 1500 ms");
  facts.cause = EndCause::cpuLimit;
  EXPECT_EQ(judge(facts).status, JobStatus::CPU_LIMIT);
  facts.cause = EndCause::outputLimit;
  EXPECT_EQ(judge(facts).status, JobStatus::OUTPUT_LIMIT);
}

TEST(Verdict, refusedForksCountOnlyWhenTheJobFailed) {
  auto coped = exitedFacts(exitedWith(0));
  coped.usage.processDenials = 2;
  EXPECT_EQ(judge(coped).status, JobStatus::OK);
  auto failed = exitedFacts(exitedWith(1));
  failed.usage.processDenials = 2;
  EXPECT_EQ(judge(failed).status, JobStatus::PROCESS_LIMIT);
}

TEST(Verdict, cpuBackstopIsTheCpuLimit) {
  EXPECT_EQ(judge(exitedFacts(killedBy(SIGXCPU))).status, JobStatus::CPU_LIMIT);
}

TEST(Verdict, anEndNobodySawIsOurFault) {
  JobFacts facts;
  facts.cause = EndCause::exited;
  EXPECT_EQ(judge(facts).status, JobStatus::SANDBOX_ERROR);
}

}  // namespace
}  // namespace brood
