#include "egress/policy/groups.h"

#include <gtest/gtest.h>

#include "egress/policy/entry.h"

namespace brood::egress {
namespace {

TEST(Groups, AreEntriesWhoseMembersAreNames) {
  EXPECT_EQ(allGroups().size(), 9u);
  for (const auto& group : allGroups()) {
    const auto parsed = parseEntry(group.name);
    ASSERT_TRUE(std::holds_alternative<Entry>(parsed)) << group.name;
    const auto& entry = std::get<Entry>(parsed);
    EXPECT_EQ(entry.patterns.size(), group.members.size());
    for (const auto& pattern : entry.patterns) {
      EXPECT_FALSE(std::holds_alternative<IpRange>(pattern)) << group.name;
      EXPECT_FALSE(std::holds_alternative<AnyName>(pattern)) << group.name;
    }
  }
}

TEST(Groups, AreFoundByTheirName) {
  ASSERT_NE(findGroup("pypi"), nullptr);
  EXPECT_EQ(findGroup("pypi")->members[0], "pypi.org");
  EXPECT_EQ(findGroup("Pypi"), nullptr);
  EXPECT_EQ(findGroup(""), nullptr);
}

}  // namespace
}  // namespace brood::egress
