#include "gateway/quotas/usage_book.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

UsageBook example() {
  UsageBook book;
  book.on("acme", "2026-11-28") = {10, 2, 0, 1'000'000, 2'000'000, 0};
  book.on("acme", "2026-11-29") = {3, 0, 1, 500, 700, 4096};
  book.on("other", "2026-11-29");
  return book;
}

std::string problemOf(const std::string& text) {
  const auto result = parseUsage(text);
  return std::holds_alternative<UsageBook>(result) ? "none" : std::get<std::string>(result);
}

TEST(UsageBookTest, ReadsWhatItWrites) {
  const auto again = parseUsage(usageText(example()));
  ASSERT_TRUE(std::holds_alternative<UsageBook>(again)) << std::get<std::string>(again);
  EXPECT_EQ(std::get<UsageBook>(again), example());
}

TEST(UsageBookTest, LookingMakesNothing) {
  UsageBook book = example();
  EXPECT_EQ(book.look("acme", "2026-11-29").egressBytes, 4096u);
  EXPECT_EQ(book.look("acme", "2026-11-30"), UsageCounters());
  EXPECT_EQ(book.look("nobody", "2026-11-29"), UsageCounters());
  EXPECT_EQ(book, example());
}

TEST(UsageBookTest, RaisingTwiceIsRaisingOnce) {
  UsageBook one = example(), other = example();
  other.on("acme", "2026-11-29").jobs = 5;
  other.on("third", "2026-11-29").jobs = 1;
  one.on("acme", "2026-11-29").cpuMicros = 900;
  one.raiseTo(other);
  EXPECT_EQ(one.look("acme", "2026-11-29").jobs, 5u);
  EXPECT_EQ(one.look("acme", "2026-11-29").cpuMicros, 900u);
  EXPECT_EQ(one.look("third", "2026-11-29").jobs, 1u);
  const UsageBook before = one;
  one.raiseTo(other);
  EXPECT_EQ(one, before);
}

TEST(UsageBookTest, OldDaysAreForgotten) {
  UsageBook book;
  for (int i = 0; i < 40; ++i) book.on("acme", utcDay(i * kDayMillis)).jobs = 1;
  EXPECT_EQ(book.tenants().at("acme").size(), UsageBook::kKeptDays);
  EXPECT_FALSE(book.tenants().at("acme").contains("1970-01-09"));
  // A clock that has been set back.
  book.on("acme", "1969-12-31").jobs = 7;
  EXPECT_EQ(book.look("acme", "1969-12-31").jobs, 7u);
  EXPECT_EQ(book.tenants().at("acme").size(), UsageBook::kKeptDays);
}

TEST(UsageBookTest, SaysWhatIsWrong) {
  EXPECT_EQ(problemOf(R"({"version":1,"tenants":{}})"), "none");
  EXPECT_EQ(problemOf(R"({"version":1})"), "has no 'tenants'");
  EXPECT_EQ(problemOf(R"({"version":1,"tenants":{"acme":{"today":{}}}})"),
            "tenants.acme.today: is no day");
  EXPECT_EQ(problemOf(R"({"version":1,"tenants":{"acme":{"2026-11-29":{"jobs":"1"}}}})"),
            "tenants.acme.2026-11-29.jobs: must be a whole number from 0 on");
  EXPECT_EQ(problemOf(R"({"version":1,"tenants":{"acme":{"2026-11-29":{"job":1}}}})"),
            "tenants.acme.2026-11-29: 'job' is not known here");
  EXPECT_EQ(problemOf(R"({"version":1,"tenants":{"acme":{"2026-11-29":{"jobs":1e30}}}})"),
            "tenants.acme.2026-11-29.jobs: must be a whole number from 0 on");
}

}  // namespace
}  // namespace brood::gateway
