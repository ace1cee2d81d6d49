#include "supervisor/base/job_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace brood::supervisor {
namespace {

// More than are drawn at once, several times over.
constexpr int kMany = 200;

TEST(JobIds, AreThirtyTwoHexadecimalDigits) {
  JobIds ids;
  for (int i = 0; i < kMany; ++i) {
    const std::string id = ids.next();
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  }
}

TEST(JobIds, NeverComeTwice) {
  JobIds one, other;
  std::set<std::string> seen;
  for (int i = 0; i < kMany; ++i) {
    seen.insert(one.next());
    seen.insert(other.next());
  }
  EXPECT_EQ(seen.size(), 2u * kMany);
}

}  // namespace
}  // namespace brood::supervisor
