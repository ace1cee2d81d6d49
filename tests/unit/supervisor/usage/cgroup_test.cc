// Against the host's real hierarchies, below a directory of this test's own.
#include "supervisor/cgroup.h"

#include <gtest/gtest.h>
#include <kj/exception.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "rpc/fd_passing.h"

namespace brood {
namespace {

CgroupOptions testOptions() {
  return {"auto", "brood-test", "cgroup-test-" + std::to_string(::getpid())};
}

// Forks a child that joins the group and then does `body`; returns its wait status.
template <typename Body>
int runInside(Cgroup& cgroup, Body body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (int fd : cgroup.joinFds()) {
      if (::write(fd, "0", 1) != 1) ::_exit(99);
    }
    body();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

class CgroupTest : public testing::Test {
 protected:
  CgroupTest() : driver_(newCgroupDriver(testOptions())) {}
  ~CgroupTest() noexcept override = default;
  void SetUp() override {
    ASSERT_EQ(driver_->description().substr(0, 1), "v") << driver_->description();
  }
  kj::Own<CgroupDriver> driver_;
};

constexpr CgroupLimits kRoomy{64ull << 20, 16, 1000};

TEST_F(CgroupTest, countsCpuAndMemoryOfWhatRanInside) {
  auto cgroup = driver_->create("usage", kRoomy);
  ASSERT_EQ(runInside(*cgroup,
                      [] {
                        std::vector<char> memory(8 << 20);
                        std::memset(memory.data(), 1, memory.size());
                        volatile uint64_t sum = 0;
                        for (uint64_t i = 0; i < 20'000'000; ++i) sum = sum + i;
                      }),
            0);
  auto usage = cgroup->usage();
  EXPECT_GT(usage.cpuMicros, 1000u);
  EXPECT_GE(usage.peakMemoryBytes, 8u << 20);
  EXPECT_EQ(usage.oomKills, 0u);
  EXPECT_EQ(usage.processDenials, 0u);
}

TEST_F(CgroupTest, memoryOverTheLimitIsKilledAndCounted) {
  auto cgroup = driver_->create("memory", CgroupLimits{16ull << 20, 16, 1000});
  const int status = runInside(*cgroup, [] {
    void* memory = ::mmap(nullptr, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                          -1, 0);
    std::memset(memory, 1, 64 << 20);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_GE(cgroup->usage().oomKills, 1u);
  EXPECT_GE(cgroup->usageWhenDone().oomKills, 1u);
}

TEST_F(CgroupTest, loweredAndRaisedLimitsTakeEffect) {
  auto cgroup = driver_->create("adjust", kRoomy);
  cgroup->setLimits(CgroupLimits{8ull << 20, 8, 500});
  // ThreadSanitizer takes eight times what is touched.
  cgroup->setLimits(CgroupLimits{256ull << 20, 8, 2000});
  const int status = runInside(*cgroup, [] {
    void* memory = ::mmap(nullptr, 12 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                          -1, 0);
    std::memset(memory, 1, 12 << 20);
  });
  EXPECT_EQ(status, 0);
}

TEST_F(CgroupTest, forksOverTheLimitAreRefusedAndCounted) {
  auto cgroup = driver_->create("pids", CgroupLimits{64ull << 20, 1, 1000});
  const int status = runInside(*cgroup, [] { ::_exit(::fork() < 0 ? 42 : 0); });
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_GE(cgroup->usage().processDenials, 1u);
  EXPECT_GE(cgroup->usageWhenDone().processDenials, 1u);
}

TEST_F(CgroupTest, announcesThatItRunsOutOfMemory) {
  auto cgroup = driver_->create("announced", CgroupLimits{64 << 20, 16, 1000});
  if (driver_->description() == "v2") {  // The kernel ends the whole group by itself.
    EXPECT_EQ(cgroup->outOfMemoryFd(), -1);
    return;
  }
  pollfd watched = {cgroup->outOfMemoryFd(), POLLIN, 0};
  ASSERT_GE(watched.fd, 0);
  auto touch = [](size_t bytes) {
    std::vector<char> memory(bytes);
    std::memset(memory.data(), 1, memory.size());
  };
  ASSERT_EQ(runInside(*cgroup, [&] { touch(2 << 20); }), 0);
  EXPECT_EQ(::poll(&watched, 1, 0), 0);
  ASSERT_EQ(runInside(*cgroup, [&] { touch(96 << 20); }), SIGKILL);
  EXPECT_EQ(::poll(&watched, 1, 0), 1);
}

TEST_F(CgroupTest, leavesALimitAloneWhoseLayerIsOff) {
  EXPECT_TRUE(driver_->layers().has(Layer::cgroupMemory));
  driver_ = nullptr;
  auto options = testOptions();
  options.layers.setMode(Layer::cgroupMemory, LayerMode::off);
  driver_ = newCgroupDriver(options);
  EXPECT_FALSE(driver_->layers().has(Layer::cgroupMemory));
  EXPECT_TRUE(driver_->layers().has(Layer::cgroupPids));
  auto cgroup = driver_->create("unlimited", CgroupLimits{8 << 20, 16, 1000});
  EXPECT_EQ(runInside(*cgroup,
                      [] {
                        std::vector<char> memory(32 << 20);
                        std::memset(memory.data(), 1, memory.size());
                      }),
            0);
}

// Only where the kernel can be made to forget: not in version 2.
class RenewedCgroupTest : public CgroupTest {
 protected:
  ~RenewedCgroupTest() noexcept override = default;
  void SetUp() override {
    CgroupTest::SetUp();
    cgroup_ = driver_->create("renewed", kRoomy);
    isVersion1_ = driver_->description() == "v1";
  }
  kj::Own<Cgroup> cgroup_;
  bool isVersion1_ = false;
};

TEST_F(RenewedCgroupTest, isAsNew) {
  auto touch = [](size_t bytes) {
    std::vector<char> memory(bytes);
    std::memset(memory.data(), 1, memory.size());
  };
  // Much CPU, of which a sanitizer's child needs more than one that will be renewed may have used.
  cgroup_->setLimits(CgroupLimits{32ull << 20, 8, 16'000});
  ASSERT_EQ(runInside(*cgroup_, [&] { touch(4 << 20); }), 0);
  cgroup_->closeJoinFds();
  ASSERT_EQ(cgroup_->renew(kRoomy), isVersion1_);
  if (!isVersion1_) return;
  EXPECT_FALSE(cgroup_->joinFds().empty());
  EXPECT_EQ(cgroup_->usage().cpuMicros, 0u);
  // It was over 4 MB; of what the kernel charges ahead some is left.
  EXPECT_LE(cgroup_->usage().peakMemoryBytes, 1u << 20);
  // And it has the limits that it was given then.
  EXPECT_EQ(runInside(*cgroup_, [&] { touch(40 << 20); }), 0);
  EXPECT_GE(cgroup_->usage().peakMemoryBytes, 40u << 20);
}

TEST_F(RenewedCgroupTest, notAfterMemoryRanOut) {
  runInside(*cgroup_, [] {
    void* memory = ::mmap(nullptr, 96 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                          -1, 0);
    std::memset(memory, 1, 96 << 20);
  });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, notAfterASecondProcess) {
  runInside(*cgroup_, [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
  });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, notAfterARefusedFork) {
  cgroup_->setLimits(CgroupLimits{64ull << 20, 1, 1000});
  runInside(*cgroup_, [] { ::_exit(::fork() < 0 ? 42 : 0); });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, notAfterMuchCpuTime) {
  runInside(*cgroup_, [] {
    timespec now;
    do {
      ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    } while (now.tv_sec == 0 && now.tv_nsec < 30'000'000);
  });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, notWithSomebodyInside) {
  auto [insideRead, insideWrite] = newPipe();
  auto [endRead, endWrite] = newPipe();
  const pid_t pid = ::fork();
  char byte;
  if (pid == 0) {
    endWrite.reset();
    for (int fd : cgroup_->joinFds()) [[maybe_unused]] auto ignored = ::write(fd, "0", 1);
    insideWrite.reset();
    [[maybe_unused]] auto ended = ::read(endRead.get(), &byte, 1);
    ::_exit(0);
  }
  insideWrite.reset();
  ASSERT_EQ(::read(insideRead.get(), &byte, 1), 0);
  EXPECT_FALSE(cgroup_->renew(kRoomy));
  endWrite.reset();
  ::waitpid(pid, nullptr, 0);
}

TEST_F(CgroupTest, directoriesGoWithTheirOwner) {
  { auto cgroup = driver_->create("gone", kRoomy); }
  // Would fail if the first were still there.
  auto again = driver_->create("gone", kRoomy);
  EXPECT_FALSE(again->joinFds().empty());
}

TEST_F(CgroupTest, sweepKillsAndRemovesWhatAPredecessorLeft) {
  auto [readEnd, writeEnd] = newPipe();
  const pid_t pid = ::fork();
  if (pid == 0) {
    // A predecessor that dies without clean-up, leaving a process in its group.
    auto cgroup = driver_->create("left", kRoomy);
    const pid_t orphan = ::fork();
    if (orphan == 0) {
      for (int fd : cgroup->joinFds()) [[maybe_unused]] auto ignored = ::write(fd, "0", 1);
      [[maybe_unused]] auto ignored = ::write(writeEnd.get(), "x", 1);
      for (;;) ::pause();
    }
    ::_exit(0);
  }
  ::waitpid(pid, nullptr, 0);
  writeEnd.reset();
  char byte;
  ASSERT_EQ(::read(readEnd.get(), &byte, 1), 1);
  EXPECT_EQ(driver_->sweep(), 1u);
  // End of file: the orphan, last holder of the write end, is gone.
  EXPECT_EQ(::read(readEnd.get(), &byte, 1), 0);
  EXPECT_EQ(driver_->sweep(), 0u);
}

TEST(CgroupDriver, noneSaysWhy) {
  auto options = testOptions();
  options.mode = "none";
  auto driver = newCgroupDriver(options);
  EXPECT_EQ(driver->description(), "none: switched off by sandbox.cgroup_mode");
  EXPECT_EQ(driver->layers(), LayerSet());
}

}  // namespace
}  // namespace brood
