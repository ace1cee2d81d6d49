#include "cli/doctor/egress_checks.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

TEST(EgressChecks, WithoutASupervisorTheConfigurationIsSaid) {
  Config config;
  config.supervisor.runtimeDir = "/nowhere";
  config.egress.enabled = "on";
  const auto checks = checkEgress(config);
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].state, ProtectionState::off);
  EXPECT_NE(checks[0].reason.find("egress.enabled is on"), std::string::npos);
}

}  // namespace
}  // namespace brood::cli
