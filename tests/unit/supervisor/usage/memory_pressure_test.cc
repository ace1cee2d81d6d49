#include "supervisor/usage/memory_pressure.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <optional>

namespace brood::supervisor {
namespace {

constexpr uint64_t kMiB = 1 << 20;

TEST(Pressure, ReadsTheShareOfTheLastTenSeconds) {
  EXPECT_EQ(parsePressure("some avg10=12.50 avg60=1.00 avg300=0.00 total=1\nfull avg10=9.00"),
            12.5);
  EXPECT_EQ(parsePressure("some avg10=0.00"), 0.0);
  EXPECT_EQ(parsePressure(""), std::nullopt);
  EXPECT_EQ(parsePressure("full avg10=1.00"), std::nullopt);
  EXPECT_EQ(parsePressure("some avg10=much"), std::nullopt);
}

TEST(Pressure, MemoryIsShortWhenSomebodyWaitsAndLittleIsLeft) {
  const MemoryInfo plenty{24'000 * kMiB, 20'000 * kMiB, 0}, little{24'000 * kMiB, 2'000 * kMiB, 0};
  EXPECT_FALSE(isMemoryShort(false, 24.0, plenty, 256 * kMiB)) << "one job at its own limit";
  EXPECT_TRUE(isMemoryShort(false, 24.0, little, 256 * kMiB));
  EXPECT_FALSE(isMemoryShort(false, 1.0, little, 256 * kMiB));
  EXPECT_TRUE(isMemoryShort(true, 6.0, little, 256 * kMiB));
  EXPECT_FALSE(isMemoryShort(true, 6.0, plenty, 256 * kMiB));
  // Twice the reserve, where that is more than a tenth.
  EXPECT_TRUE(isMemoryShort(false, 24.0, MemoryInfo{1000 * kMiB, 400 * kMiB, 0}, 256 * kMiB));
  EXPECT_TRUE(isMemoryShort(false, 24.0, std::nullopt, 256 * kMiB));
  EXPECT_FALSE(isMemoryShort(false, std::nullopt, little, 256 * kMiB));
}

// The kernel's two files, written by the test.
class MemoryPressureTest : public testing::Test {
 protected:
  MemoryPressureTest() {
    ::close(::mkstemp(pressurePath_));
    ::close(::mkstemp(memoryPath_));
    pressure_.emplace(0, pressurePath_, memoryPath_);
  }
  ~MemoryPressureTest() noexcept override {
    ::unlink(pressurePath_);
    ::unlink(memoryPath_);
  }

  bool isShortAt(const char* percent, uint64_t availableMib) {
    std::ofstream(pressurePath_) << "some avg10=" << percent << " avg60=0.00 avg300=0.00 total=1\n";
    std::ofstream(memoryPath_) << "MemTotal: " << (1000 << 10)
                               << " kB\nMemAvailable: " << (availableMib << 10)
                               << " kB\nSUnreclaim: 0 kB\n";
    return pressure_->isShort();
  }

 private:
  char pressurePath_[32] = "/tmp/brood-pressure-XXXXXX";
  char memoryPath_[32] = "/tmp/brood-meminfo-XXXXXX";
  std::optional<MemoryPressure> pressure_;
};

TEST_F(MemoryPressureTest, GoesOnUntilNobodyWaits) {
  EXPECT_FALSE(isShortAt("9.00", 50)) << "not yet";
  EXPECT_TRUE(isShortAt("10.00", 50));
  EXPECT_TRUE(isShortAt("6.00", 50)) << "still";
  EXPECT_FALSE(isShortAt("6.00", 500)) << "there is enough left";
  EXPECT_FALSE(isShortAt("6.00", 50)) << "it begins anew";
}

TEST(MemoryPressure, IsNoneWhereTheKernelDoesNotTell) {
  EXPECT_FALSE(MemoryPressure(0, "/nonexistent", "/proc/meminfo").isShort());
}

}  // namespace
}  // namespace brood::supervisor
