// Against the host's real hierarchies, whichever version they are of.
#include "supervisor/usage/cgroup.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>

#include <cstring>
#include <filesystem>
#include <vector>

#include "rpc/wire/fd_passing.h"
#include "tests/unit/supervisor/usage/real_cgroups.h"

namespace brood::supervisor {
namespace {

TEST_F(CgroupTest, CountsCpuAndMemoryOfWhatRanInside) {
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

TEST_F(CgroupTest, MemoryOverTheLimitIsKilledAndCounted) {
  auto cgroup = driver_->create("memory", UsageLimits{16ull << 20, 16, 1000});
  const int status = runInside(*cgroup, [] {
    void* memory =
        ::mmap(nullptr, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memset(memory, 1, 64 << 20);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_GE(cgroup->usage().oomKills, 1u);
  EXPECT_GE(cgroup->usageWhenDone().oomKills, 1u);
}

TEST_F(CgroupTest, LoweredAndRaisedLimitsTakeEffect) {
  auto cgroup = driver_->create("adjust", kRoomy);
  cgroup->setLimits(UsageLimits{8ull << 20, 8, 500});
  // ThreadSanitizer takes eight times what is touched.
  cgroup->setLimits(UsageLimits{256ull << 20, 8, 2000});
  const int status = runInside(*cgroup, [] {
    void* memory =
        ::mmap(nullptr, 12 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memset(memory, 1, 12 << 20);
  });
  EXPECT_EQ(status, 0);
}

TEST_F(CgroupTest, ForksOverTheLimitAreRefusedAndCounted) {
  auto cgroup = driver_->create("pids", UsageLimits{64ull << 20, 1, 1000});
  const int status = runInside(*cgroup, [] { ::_exit(::fork() < 0 ? 42 : 0); });
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_GE(cgroup->usage().processDenials, 1u);
  EXPECT_GE(cgroup->usageWhenDone().processDenials, 1u);
}

TEST_F(CgroupTest, AnnouncesThatItRunsOutOfMemory) {
  auto cgroup = driver_->create("announced", UsageLimits{64 << 20, 16, 1000});
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

TEST_F(CgroupTest, LeavesALimitAloneWhoseLayerIsOff) {
  EXPECT_TRUE(driver_->layers().has(Layer::cgroupMemory));
  driver_ = nullptr;
  auto options = testOptions();
  options.layers.setMode(Layer::cgroupMemory, LayerMode::off);
  driver_ = newCgroupDriver(options);
  EXPECT_FALSE(driver_->layers().has(Layer::cgroupMemory));
  EXPECT_TRUE(driver_->layers().has(Layer::cgroupPids));
  auto cgroup = driver_->create("unlimited", UsageLimits{8 << 20, 16, 1000});
  EXPECT_EQ(runInside(*cgroup,
                      [] {
                        std::vector<char> memory(32 << 20);
                        std::memset(memory.data(), 1, memory.size());
                      }),
            0);
}

// A file that nobody else has in memory is charged to whoever reads it first, for as long as it
// stays.
TEST_F(CgroupTest, GivesBackTheFilesThatItWasTheFirstToRead) {
  constexpr uint64_t kMegabyte = 1 << 20;
  const std::string path = std::filesystem::read_symlink("/proc/self/exe").string() + ".copy";
  std::filesystem::copy_file("/proc/self/exe", path);
  const OwnedFd copy(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::filesystem::remove(path);
  ASSERT_GT(std::filesystem::file_size("/proc/self/exe"), 4 * kMegabyte);
  ASSERT_EQ(::fsync(copy.get()), 0);
  ASSERT_EQ(::posix_fadvise(copy.get(), 0, 0, POSIX_FADV_DONTNEED), 0);
  auto cgroup = driver_->create("reader", kRoomy);
  ASSERT_EQ(runInside(*cgroup,
                      [&] {
                        char bytes[65536];
                        while (::read(copy.get(), bytes, sizeof(bytes)) > 0) {
                        }
                      }),
            0);
  auto charged = [] { return numberOf("reader", "memory.usage_in_bytes", "memory.current"); };
  ASSERT_GT(charged(), 4 * kMegabyte);
  cgroup->giveBackMemory();
  EXPECT_LT(charged(), kMegabyte / 4);
}

TEST_F(CgroupTest, SocketsHaveTheLimitOfTheMemory) {
  auto cgroup = driver_->create("sockets", kRoomy);
  auto limit = [] { return numberOf("sockets", "memory.kmem.tcp.limit_in_bytes", "memory.max"); };
  EXPECT_EQ(limit(), kRoomy.memoryBytes);
  cgroup->setLimits(UsageLimits{32ull << 20, 16, 1000});
  EXPECT_EQ(limit(), 32u << 20);
  if (driver_->description() != "v1") return;
  ASSERT_TRUE(cgroup->renew(kRoomy));
  EXPECT_EQ(limit(), kRoomy.memoryBytes);
}

TEST_F(CgroupTest, DirectoriesGoWithTheirOwner) {
  { auto cgroup = driver_->create("gone", kRoomy); }
  // Would fail if the first were still there.
  auto again = driver_->create("gone", kRoomy);
  EXPECT_FALSE(again->joinFds().empty());
}

TEST_F(CgroupTest, SweepKillsAndRemovesWhatAPredecessorLeft) {
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

TEST(CgroupDriver, NoneSaysWhy) {
  auto options = testOptions();
  options.mode = "none";
  auto driver = newCgroupDriver(options);
  EXPECT_EQ(driver->description(), "none: switched off by sandbox.cgroup_mode");
  EXPECT_EQ(driver->layers(), LayerSet());
}

}  // namespace
}  // namespace brood::supervisor
