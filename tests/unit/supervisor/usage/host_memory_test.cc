#include "supervisor/usage/host_memory.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include "rpc/loop/uv_io.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kMiB = 1 << 20;

std::string meminfo(uint64_t availableKib) {
  return "MemTotal:       24000000 kB\nMemFree:         1000000 kB\nMemAvailable:   " +
         std::to_string(availableKib) + " kB\nSUnreclaim:       204800 kB\n";
}

TEST(HostMemory, ReadsMeminfo) {
  const auto memory = parseMemoryInfo(meminfo(512 << 10));
  ASSERT_TRUE(memory.has_value());
  EXPECT_EQ(memory->totalBytes, 24'000'000ull << 10);
  EXPECT_EQ(memory->availableBytes, 512 * kMiB);
  EXPECT_EQ(memory->unreclaimableBytes, 200 * kMiB);
  EXPECT_FALSE(parseMemoryInfo("").has_value());
  // Linux before 3.14 does not tell.
  EXPECT_FALSE(parseMemoryInfo("MemTotal: 5 kB\nMemFree: 1 kB\n").has_value());
}

TEST(HostMemory, EndsWhoHoldsMostAndNobodyWhoHoldsNothing) {
  EXPECT_EQ(holdsMost({20 * kMiB, 300 * kMiB, 200 * kMiB}), 1u);
  EXPECT_EQ(holdsMost({6 * kMiB, 15 * kMiB}), std::nullopt);
  EXPECT_EQ(holdsMost({}), std::nullopt);
}

TEST(HostMemory, GivesTheMemoryTimeToComeBack) {
  EXPECT_FALSE(mayEndAnother(10'000, 90 * kMiB, 100 * kMiB));
  // It does not: others take it at once.
  EXPECT_TRUE(mayEndAnother(30'000, 90 * kMiB, 100 * kMiB));
  EXPECT_FALSE(mayEndAnother(30'000, 110 * kMiB, 100 * kMiB));
  EXPECT_TRUE(mayEndAnother(300'000, 110 * kMiB, 100 * kMiB));
}

TEST(HostMemory, LooksMoreOftenWhenThereIsLess) {
  EXPECT_EQ(pauseBeforeNextReading(20ull << 30, 256 * kMiB), 100 * kj::MILLISECONDS);
  EXPECT_EQ(pauseBeforeNextReading(256 * kMiB + 400'000'000, 256 * kMiB), 50 * kj::MILLISECONDS);
  EXPECT_EQ(pauseBeforeNextReading(200 * kMiB, 256 * kMiB), 10 * kj::MILLISECONDS);
}

class GuardTest : public ::testing::Test {
 protected:
  GuardTest() { ::close(::mkstemp(path_)); }
  ~GuardTest() noexcept override { ::unlink(path_); }

  void setAvailable(uint64_t bytes) { std::ofstream(path_) << meminfo(bytes >> 10); }

  UvAsyncIo io_;
  char path_[32] = "/tmp/brood-meminfo-XXXXXX";
};

TEST_F(GuardTest, EndsOneAfterTheOtherUntilThereIsEnough) {
  setAvailable(100 * kMiB);
  std::vector<uint64_t> running{40 * kMiB, 90 * kMiB, 2 * kMiB}, ended;
  auto paf = kj::newPromiseAndFulfiller<void>();
  HostMemoryGuard guard(
      io_.timer(), 256 * kMiB,
      [&]() {
        std::vector<HostMemoryGuard::Job> jobs;
        for (size_t i = 0; i < running.size(); ++i) {
          jobs.push_back({running[i], [&, i]() {
                            ended.push_back(running[i]);
                            running.erase(running.begin() + static_cast<long>(i));
                            // The remaining job holds next to nothing, and lives.
                            if (ended.size() == 2) paf.fulfiller->fulfill();
                            return true;
                          }});
        }
        return jobs;
      },
      [&]() { return !running.empty(); }, path_);
  EXPECT_EQ(guard.whyNot(), "");
  guard.noteJob();
  paf.promise.wait(io_.waitScope());
  EXPECT_EQ(ended, (std::vector<uint64_t>{90 * kMiB, 40 * kMiB}));
  EXPECT_EQ(guard.jobsEnded(), 2u);
  EXPECT_EQ(guard.availableBytes(), 100 * kMiB);
}

TEST_F(GuardTest, SaysWhyItDoesNotGuard) {
  auto none = []() { return std::vector<HostMemoryGuard::Job>(); };
  auto never = []() { return false; };
  setAvailable(1 << 30);
  EXPECT_NE(HostMemoryGuard(io_.timer(), 0, none, never, path_).whyNot(), "");
  EXPECT_NE(HostMemoryGuard(io_.timer(), kMiB, none, never, "/nowhere/meminfo").whyNot(), "");
  std::ofstream(path_) << "nonsense";
  EXPECT_FALSE(HostMemoryGuard(io_.timer(), kMiB, none, never, path_).isActive());
}

}  // namespace
}  // namespace brood::supervisor
