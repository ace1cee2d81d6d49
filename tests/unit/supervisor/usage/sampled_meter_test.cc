#include "supervisor/usage/sampled_meter.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "rpc/loop/uv_io.h"

namespace brood::supervisor {
namespace {

class SampledMeterTest : public testing::Test {
 protected:
  ~SampledMeterTest() noexcept override = default;

  UvAsyncIo io_;
  kj::Own<CgroupDriver> driver_ = newSampledDriver("this host has none");
  kj::Own<UsageMeter> meter_ = driver_->create("any", UsageLimits{64 << 20, 8, 1000});
};

TEST_F(SampledMeterTest, EnforcesNothingAndSaysWhy) {
  EXPECT_EQ(driver_->description(), "none: this host has none");
  EXPECT_EQ(driver_->layers(), LayerSet());
  EXPECT_TRUE(meter_->joinFds().empty());
  EXPECT_FALSE(meter_->renew(UsageLimits{}));
  EXPECT_FALSE(meter_->needsRemoval());
  EXPECT_EQ(meter_->outOfMemoryFd(), -1);
}

TEST_F(SampledMeterTest, IsToBeLookedAt) {
  EXPECT_TRUE(meter_->needsLooks());
  EXPECT_EQ(meter_->look(UsageMeter::Look::last).wait(io_.waitScope()), 0u)
      << "it has not been told whom to watch";
}

TEST_F(SampledMeterTest, CountsSocketsAmongTheMemory) {
  EXPECT_EQ(meter_->mostBytesOfSocket(), 0u);
  EXPECT_EQ(meter_->bytesBesidesOfSocket(), 0u);
}

TEST_F(SampledMeterTest, KnowsOfAProcessThatIsGoneByItsParentsWord) {
  meter_->noteExit(1234);
  EXPECT_EQ(meter_->usage().cpuMicros, 1234u);
}

TEST_F(SampledMeterTest, CountsTheUsersTasks) { EXPECT_GE(meter_->tasksOfUser(), 1u); }

}  // namespace
}  // namespace brood::supervisor
