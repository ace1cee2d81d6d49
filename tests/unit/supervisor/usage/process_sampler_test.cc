// The sampler on processes of the test's own: a keeper, which is not counted, and its child, a job.
#include "supervisor/usage/process_sampler.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <functional>

#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

constexpr size_t kMiB = 1 << 20;

// Reports once by writing a byte, and then sleeps unless it goes on by itself.
using Act = std::function<void(int reportFd)>;

void report(int fd) { [[maybe_unused]] auto written = ::write(fd, "", 1); }

class ProcessSamplerTest : public ::testing::Test {
 protected:
  ~ProcessSamplerTest() override {
    if (keeper_ <= 0) return;
    ::kill(-keeper_, SIGKILL);
    ::waitpid(keeper_, nullptr, 0);
  }

  // Forks the keeper and the job, which begins its act when the sampler has seen it waiting.
  ProcessSampler& begin(const Act& act, uint64_t memoryLimit) {
    auto [goRead, goWrite] = newPipe();
    auto [reportRead, reportWrite] = newPipe();
    keeper_ = ::fork();
    if (keeper_ == 0) {
      ::setpgid(0, 0);
      ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
      if (::fork() == 0) {
        report(reportWrite.get());
        char go;
        [[maybe_unused]] auto got = ::read(goRead.get(), &go, 1);
        act(reportWrite.get());
        for (;;) ::pause();
      }
      for (;;) ::pause();
    }
    report_ = std::move(reportRead);
    awaitReport();
    sampler_.emplace(keeper_, directory(), directory());
    sampler_->noteInherited();
    sampler_->begin(memoryLimit, 64);
    report(goWrite.get());
    return *sampler_;
  }
  void awaitReport() {
    char byte;
    ASSERT_EQ(::read(report_.get(), &byte, 1), 1);
  }
  Usage look(bool isLast = false) {
    sampler_->startLook(isLast);
    while (!sampler_->step()) {
    }
    return sampler_->usage();
  }

  ProcessSampler& sampler() { return *sampler_; }

 private:
  // Something small.
  static OwnedFd directory() {
    return OwnedFd(::open("/proc/self/attr", O_PATH | O_DIRECTORY | O_CLOEXEC));
  }

  pid_t keeper_ = -1;
  OwnedFd report_;
  std::optional<ProcessSampler> sampler_;
};

TEST_F(ProcessSamplerTest, CountsWhatIsWrittenToAndNotWhatWasInherited) {
  begin(
      [](int reportFd) {
        void* memory =
            ::mmap(nullptr, 48 * kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        std::memset(memory, 1, 48 * kMiB);
        report(reportFd);
      },
      1 << 30);
  awaitReport();
  const Usage usage = look();
  EXPECT_GE(usage.peakMemoryBytes, 48 * kMiB);
  EXPECT_LT(usage.peakMemoryBytes, 52 * kMiB);
  EXPECT_EQ(usage.peakProcesses, 1u);
}

TEST_F(ProcessSamplerTest, CountsSharedMemoryThatNobodyHasMappedIn) {
  begin(
      [](int reportFd) {
        auto* memory = static_cast<char*>(
            ::mmap(nullptr, 64 * kMiB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
        for (size_t at = 0; at < 64 * kMiB; at += kMiB) {
          std::memset(memory + at, 1, kMiB);
          ::madvise(memory + at, kMiB, MADV_DONTNEED);
        }
        // All but the first page of it; the pages stay.
        ::munmap(memory + 4096, 64 * kMiB - 4096);
        report(reportFd);
      },
      1 << 30);
  awaitReport();
  EXPECT_GE(look().peakMemoryBytes, 64 * kMiB);
}

TEST_F(ProcessSamplerTest, CountsPageTablesAndMappings) {
  // The guest splits its mapping only when the first look is over.
  auto [splitRead, splitWrite] = newPipe();
  begin(
      [splitFd = splitRead.get()](int reportFd) {
        constexpr size_t kReserved = size_t{8} << 30;
        auto* memory = static_cast<volatile char*>(::mmap(
            nullptr, kReserved, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        ::madvise(const_cast<char*>(memory), kReserved, MADV_NOHUGEPAGE);
        for (size_t at = 0; at < kReserved; at += 2 * kMiB) (void)memory[at];
        report(reportFd);
        char go;
        [[maybe_unused]] auto got = ::read(splitFd, &go, 1);
        for (size_t page = 0; page < 40'000; page += 2) {
          ::mprotect(const_cast<char*>(memory) + page * 4096, 4096, PROT_NONE);
        }
        report(reportFd);
      },
      1 << 30);
  awaitReport();
  const uint64_t tables = look().peakMemoryBytes;
  EXPECT_GE(tables, 16 * kMiB);
  report(splitWrite.get());
  awaitReport();
  // Once it sleeps for good, and has been seen to.
  for (int i = 0; i < 3; ++i) look();
  EXPECT_GE(look().peakMemoryBytes, tables + 10 * kMiB);
}

TEST_F(ProcessSamplerTest, CountsTheTimeOfChildrenThatNobodyWaitsFor) {
  begin(
      [](int reportFd) {
        ::signal(SIGCHLD, SIG_IGN);
        for (int i = 0; i < 4; ++i) {
          const pid_t child = ::fork();
          if (child == 0) {
            timespec used{};
            while (used.tv_nsec < 150'000'000) ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
            ::_exit(0);
          }
          // The kernel reaps it; this only tells when.
          while (::kill(child, 0) == 0) ::sched_yield();
        }
        report(reportFd);
      },
      1 << 30);
  // As often as it takes: the last report is there when its end of the pipe has something to read.
  Usage usage;
  do {
    usage = look();
  } while (usage.cpuMicros < 500'000 && usage.peakProcesses < 64);
  awaitReport();
  EXPECT_GE(look().cpuMicros, 500'000u);
}

TEST_F(ProcessSamplerTest, SocketsCountIfTheyMakeTheDifference) {
  begin(
      [](int reportFd) {
        for (int i = 0; i < 200; ++i) {
          int pair[2];
          if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) break;
        }
        report(reportFd);
      },
      32 * kMiB);
  awaitReport();
  const Usage usage = look();
  EXPECT_GT(usage.peakMemoryBytes, 32 * kMiB);
  EXPECT_EQ(usage.heldBytes, usage.peakMemoryBytes);
}

TEST_F(ProcessSamplerTest, PagesThatProcessesShareCountOnce) {
  begin(
      [](int reportFd) {
        void* memory =
            ::mmap(nullptr, 20 * kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        std::memset(memory, 1, 20 * kMiB);
        for (int i = 0; i < 5; ++i) {
          if (::fork() == 0) {
            report(reportFd);
            for (;;) ::pause();
          }
        }
      },
      50 * kMiB);
  for (int i = 0; i < 5; ++i) awaitReport();
  const Usage usage = look();
  EXPECT_GE(usage.peakMemoryBytes, 17 * kMiB);
  EXPECT_LT(usage.peakMemoryBytes, 30 * kMiB);
  EXPECT_EQ(usage.peakProcesses, 6u);
  // Next to nothing has moved: nearly the same again.
  EXPECT_LT(look().peakMemoryBytes, usage.peakMemoryBytes + kMiB);
}

TEST_F(ProcessSamplerTest, ALookThatAnotherOneDropsLeavesNothingBehind) {
  begin([](int reportFd) { report(reportFd); }, 1 << 30);
  awaitReport();
  const uint64_t dropped = sampler().startLook(false);
  sampler().step();
  const Usage usage = look(true);
  EXPECT_FALSE(sampler().isAt(dropped));
  EXPECT_EQ(usage.peakProcesses, 1u);
}

}  // namespace
}  // namespace brood::supervisor
