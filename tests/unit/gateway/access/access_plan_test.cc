#include "gateway/access/access_plan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config/loader.h"

namespace brood::gateway {
namespace {

using Kind = AccessPlan::Kind;

class AccessPlanTest : public testing::Test {
 protected:
  AccessPlanTest() {
    char name[] = "/tmp/brood-plan-XXXXXX";
    config_.access.stateDir = ::mkdtemp(name);
  }
  ~AccessPlanTest() override { std::filesystem::remove_all(config_.access.stateDir); }

  Kind kind() const { return planAccess(config_, secrets_).kind; }
  std::string problem() const {
    try {
      kind();
      return "none";
    } catch (const ConfigError& error) {
      return error.what();
    }
  }

  Config config_;
  Secrets secrets_;
};

TEST_F(AccessPlanTest, WithoutKeysThisMachineMayAsk) {
  EXPECT_EQ(kind(), Kind::open);
  EXPECT_FALSE(needsRecorder(config_, planAccess(config_, secrets_)));
}

TEST_F(AccessPlanTest, AndNobodyElse) {
  config_.gateway.host = "0.0.0.0";
  EXPECT_EQ(kind(), Kind::needsKey);
  EXPECT_TRUE(needsRecorder(config_, planAccess(config_, secrets_)));
}

TEST_F(AccessPlanTest, UnlessItIsSaid) {
  config_.gateway.host = "0.0.0.0";
  config_.access.mode = "open";
  EXPECT_EQ(kind(), Kind::open);
}

TEST_F(AccessPlanTest, AKeyIsAskedForOnLoopbackToo) {
  secrets_.apiKey = "brood_k";
  EXPECT_EQ(kind(), Kind::keys);
}

TEST_F(AccessPlanTest, AKeyFileInTheStateDirectoryCounts) {
  std::ofstream(config_.access.keysPath()) << "{}";
  EXPECT_EQ(kind(), Kind::keys);
  EXPECT_TRUE(planAccess(config_, secrets_).hasKeyFile);
  config_.access.mode = "open";
  EXPECT_EQ(kind(), Kind::open);
}

TEST_F(AccessPlanTest, AKeyFileThatIsNamedHasToBeThere) {
  config_.access.keysFile = config_.access.stateDir + "/none";
  EXPECT_TRUE(planAccess(config_, secrets_).hasKeyFile);
}

TEST_F(AccessPlanTest, ContradictionsAreRefused) {
  config_.access.mode = "open";
  secrets_.apiKey = "brood_k";
  EXPECT_EQ(problem(),
            "access.mode: is open, and BROOD_API_KEY is set: nobody would be asked for a key");
  secrets_.apiKey.reset();
  config_.access.keysFile = "/etc/brood/keys.json";
  EXPECT_EQ(problem(),
            "access.mode: is open, and access.keys_file is set: nobody would be asked for a key");
  config_.access = {"keys", "", config_.access.stateDir, "key"};
  EXPECT_NE(problem(), "none");
}

}  // namespace
}  // namespace brood::gateway
