#include "supervisor/checks/egress_targets.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

std::vector<std::string> namesFor(std::vector<std::string> entries) {
  std::vector<std::string> names;
  const auto policy = egress::Policy::of(entries);
  for (const auto& target : refusedTargets(std::get<egress::Policy>(policy))) {
    names.emplace_back(target.name);
  }
  return names;
}

TEST(EgressTargets, AreThoseThatTheListRefuses) {
  const std::vector<std::string> all{"egress_unlisted_name", "egress_address", "egress_metadata"};
  EXPECT_EQ(namesFor({"pypi"}), all);
  EXPECT_EQ(namesFor({"pypi", "169.254.169.254"}),
            (std::vector<std::string>{"egress_unlisted_name", "egress_address"}));
  EXPECT_EQ(namesFor({"*"}), (std::vector<std::string>{"egress_address", "egress_metadata"}));
}

}  // namespace
}  // namespace brood::supervisor
