#include "cli/client/job_report.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::cli {
namespace {

class JobReportTest : public testing::Test {
 protected:
  ~JobReportTest() noexcept override = default;

  capnp::MallocMessageBuilder message_;
  rpc::JobResult::Builder result_ = message_.initRoot<rpc::JobResult>();
};

TEST_F(JobReportTest, IsSilentAboutAProgramThatEndedItself) {
  result_.setHasExitCode(true);
  EXPECT_EQ(verdictLine(result_), "");
  result_.setStatus(rpc::JobStatus::ERROR);
  result_.setExitCode(3);
  EXPECT_EQ(verdictLine(result_), "");
}

TEST_F(JobReportTest, SaysWhatEndedTheOthers) {
  result_.setStatus(rpc::JobStatus::KILLED);
  result_.setSignal("SIGSEGV");
  EXPECT_EQ(verdictLine(result_), "brood: killed: ended by SIGSEGV\n");
  result_.setStatus(rpc::JobStatus::TIMEOUT);
  result_.setMessage("measured 300 ms, limit 300 ms");
  EXPECT_EQ(verdictLine(result_), "brood: timeout: measured 300 ms, limit 300 ms\n");
}

TEST_F(JobReportTest, NamesEveryPhase) {
  result_.setStart(rpc::StartKind::WARM);
  result_.setQueueMicros(1);
  result_.setAcquireMicros(2);
  result_.setRunMicros(3);
  result_.setTotalMicros(6);
  result_.setCpuMicros(4);
  result_.setPeakMemoryBytes(5 << 10);
  EXPECT_EQ(timingLine(result_),
            "brood: warm start: queue 1 us, acquire 2 us, run 3 us, total 6 us; cpu 4 us, peak "
            "memory 5 KiB\n");
}

TEST(RejectionLine, InvitesToComeBackOnlyWhereThatHelps) {
  capnp::MallocMessageBuilder message;
  auto rejection = message.initRoot<rpc::Rejection>();
  rejection.setMessage("language 'cobol' is not one of: python");
  EXPECT_EQ(rejectionLine(rejection), "refused: language 'cobol' is not one of: python");
  rejection.setKind(rpc::RejectionKind::OVERLOADED);
  rejection.setMessage("the queue is full");
  EXPECT_EQ(rejectionLine(rejection), "refused: the queue is full (try again later)");
}

}  // namespace
}  // namespace brood::cli
