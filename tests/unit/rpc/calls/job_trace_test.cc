#include "rpc/calls/job_trace.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

TEST(JobTrace, KeepsItsPointsInTheirOrder) {
  MaybeTrace trace = std::make_unique<JobTrace>();
  note(trace, "first");
  note(trace, "second");
  const auto& points = trace->points();
  ASSERT_EQ(points.size(), 2u);
  EXPECT_STREQ(points[0].name, "first");
  EXPECT_STREQ(points[1].name, "second");
  EXPECT_GT(points[0].nanos, 0u);
  EXPECT_LE(points[0].nanos, points[1].nanos);
  EXPECT_LE(points[1].nanos, JobTrace::nowNanos());
}

TEST(JobTrace, TakesMomentsThatWereReadBefore) {
  MaybeTrace trace = std::make_unique<JobTrace>();
  noteAt(trace, "then", kj::origin<kj::TimePoint>() + 3 * kj::SECONDS + 7 * kj::NANOSECONDS);
  EXPECT_EQ(trace->points().at(0).nanos, 3'000'000'007u);
}

TEST(JobTrace, AnUntracedJobHasNone) {
  const MaybeTrace nobody;
  note(nobody, "first");
  noteAt(nobody, "second", kj::origin<kj::TimePoint>());
  EXPECT_EQ(nobody, nullptr);
}

}  // namespace
}  // namespace brood
