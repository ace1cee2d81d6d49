#include "cli/service/serve_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "config/loader.h"
#include "gateway/access/api_key.h"

namespace brood::cli {
namespace {

using Variables = std::vector<std::string>;

bool has(const Variables& environment, const std::string& text) {
  return std::any_of(environment.begin(), environment.end(), [&](const std::string& variable) {
    return variable.find(text) != std::string::npos;
  });
}

class ServePlanTest : public testing::Test {
 protected:
  ServePlanTest() { config_.access.stateDir = "/nonexistent"; }
  Config config_;
};

TEST_F(ServePlanTest, ThisMachineAloneNeedsNeitherKeyNorRecorder) {
  const ServePlan plan = planServing(config_, {"PATH=/bin"});
  EXPECT_FALSE(plan.needsRecorder);
  EXPECT_FALSE(plan.asksForKeys);
  EXPECT_FALSE(plan.madeKey);
  EXPECT_EQ(plan.gatewayEnvironment, Variables{"PATH=/bin"});
}

TEST_F(ServePlanTest, AKeyIsMadeForOthers) {
  config_.gateway.host = "0.0.0.0";
  const ServePlan plan = planServing(config_, {});
  ASSERT_TRUE(plan.madeKey);
  EXPECT_TRUE(gateway::isWhole(*plan.madeKey));
  EXPECT_TRUE(has(plan.gatewayEnvironment, *plan.madeKey));
  EXPECT_FALSE(has(plan.supervisorEnvironment, *plan.madeKey));
  EXPECT_FALSE(has(plan.recorderEnvironment, *plan.madeKey));
  EXPECT_NE(planServing(config_, {}).madeKey, plan.madeKey);
}

TEST_F(ServePlanTest, EachPartGetsWhatItNeeds) {
  const Variables all{"BROOD_API_KEY=planted-a", "SUPABASE_SERVICE_KEY=planted-b",
                      "OTEL_EXPORTER_OTLP_HEADERS=k=planted-c"};
  const ServePlan plan = planServing(config_, all);
  EXPECT_FALSE(has(plan.supervisorEnvironment, "planted"));
  EXPECT_TRUE(has(plan.gatewayEnvironment, "planted-a"));
  EXPECT_FALSE(has(plan.gatewayEnvironment, "planted-b"));
  EXPECT_FALSE(has(plan.gatewayEnvironment, "planted-c"));
  EXPECT_FALSE(has(plan.recorderEnvironment, "planted-a"));
  EXPECT_TRUE(has(plan.recorderEnvironment, "planted-b"));
  EXPECT_TRUE(has(plan.recorderEnvironment, "planted-c"));
}

TEST_F(ServePlanTest, ABlankKeyIsNotServed) {
  EXPECT_THROW(planServing(config_, {"BROOD_API_KEY="}), ConfigError);
}

}  // namespace
}  // namespace brood::cli
