#include "bench/clients/job.h"

#include <gtest/gtest.h>

namespace brood::bench {
namespace {

TEST(JobMakerTest, NoTwoJobsExpectTheSameOutput) {
  JobMaker one(Workload::print), other(Workload::print);
  JobText first = one.next();
  EXPECT_NE(first.expectedOutput, one.next().expectedOutput);
  EXPECT_NE(first.expectedOutput, other.next().expectedOutput);
}

TEST(OutputProblemTest, TakesOnlyTheJobsOwnAnswer) {
  JobMaker jobs(Workload::print);
  JobText job = jobs.next(), another = jobs.next();
  EXPECT_EQ(outputProblem(job, "ok", job.expectedOutput), "");
  EXPECT_NE(outputProblem(job, "ok", another.expectedOutput), "");
  EXPECT_NE(outputProblem(job, "ok", ""), "");
  EXPECT_NE(outputProblem(job, "ok", job.expectedOutput + "more"), "");
  EXPECT_EQ(outputProblem(job, "timeout", job.expectedOutput), "status timeout");
}

}  // namespace
}  // namespace brood::bench
