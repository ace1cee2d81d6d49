// A group of version 1 can be made to forget; under version 2 each of these tests says that it
// cannot.
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include <cstring>
#include <vector>

#include "rpc/wire/fd_passing.h"
#include "tests/unit/supervisor/usage/real_cgroups.h"

namespace brood::supervisor {
namespace {

// A group is renewed only where the kernel can be made to forget: not in version 2.
class RenewedCgroupTest : public CgroupTest {
 protected:
  ~RenewedCgroupTest() noexcept override = default;
  void SetUp() override {
    CgroupTest::SetUp();
    cgroup_ = driver_->create("renewed", kRoomy);
    isVersion1_ = driver_->description() == "v1";
  }
  kj::Own<UsageMeter> cgroup_;
  bool isVersion1_ = false;
};

TEST_F(RenewedCgroupTest, IsAsNew) {
  auto touch = [](size_t bytes) {
    std::vector<char> memory(bytes);
    std::memset(memory.data(), 1, memory.size());
  };
  // Much CPU, of which a sanitizer's child needs more than one that will be renewed may have used.
  cgroup_->setLimits(UsageLimits{32ull << 20, 8, 16'000});
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

// That of a slot which was retired before it had a worker still has them open.
TEST_F(RenewedCgroupTest, HasItsDescriptorsOnceHoweverOftenItIsRenewed) {
  const size_t asNew = cgroup_->joinFds().size();
  for (int i = 0; i < 3; ++i) ASSERT_EQ(cgroup_->renew(kRoomy), isVersion1_);
  EXPECT_EQ(cgroup_->joinFds().size(), asNew);
  cgroup_->closeJoinFds();
  EXPECT_TRUE(cgroup_->joinFds().empty());
}

TEST_F(RenewedCgroupTest, NotAfterMemoryRanOut) {
  runInside(*cgroup_, [] {
    void* memory =
        ::mmap(nullptr, 96 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memset(memory, 1, 96 << 20);
  });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, NotAfterASecondProcess) {
  runInside(*cgroup_, [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
  });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, NotAfterARefusedFork) {
  cgroup_->setLimits(UsageLimits{64ull << 20, 1, 1000});
  runInside(*cgroup_, [] { ::_exit(::fork() < 0 ? 42 : 0); });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, NotAfterMuchCpuTime) {
  runInside(*cgroup_, [] {
    timespec now;
    do {
      ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    } while (now.tv_sec == 0 && now.tv_nsec < 30'000'000);
  });
  EXPECT_FALSE(cgroup_->renew(kRoomy));
}

TEST_F(RenewedCgroupTest, NotWithSomebodyInside) {
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

}  // namespace
}  // namespace brood::supervisor
