// Against folders that the test writes in the place of /proc.
#include "supervisor/usage/process_records.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "base/owned_fd.h"

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

constexpr pid_t kInit = 1, kJob = 7, kOther = 8;
constexpr uint64_t kMiB = 1 << 20;

struct Process {
  uint64_t ownTicks = 0, startTicks = 100, virtualBytes = 0, faults = 0;
  uint64_t anonymousKib = 0, sharedKib = 0;
  uint64_t pssAnonymousKib = 0, pssSharedKib = 0;
  std::string maps = "";
};

class ProcessRecordsTest : public testing::Test {
 protected:
  ProcessRecordsTest() {
    KJ_ASSERT(::mkdtemp(path_) != nullptr);
    proc_ = OwnedFd(::open(path_, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    write(kInit, {});
    records_.emplace(proc_.get(), kInit, true);
  }
  ~ProcessRecordsTest() noexcept override { fs::remove_all(path_); }

  void write(pid_t pid, const Process& process) {
    const fs::path folder = fs::path(path_) / std::to_string(pid);
    fs::create_directories(folder / "fd");
    // Fields 3 to 24 of proc_pid_stat(5): state, parent, ..., rss.
    std::ofstream(folder / "stat")
        << pid << " (a name) S 1 0 0 0 0 0 " << process.faults << " 0 0 0 " << process.ownTicks
        << " 0 0 0 20 0 1 0 " << process.startTicks << " " << process.virtualBytes << " 10 0\n";
    std::ofstream(folder / "schedstat") << "0 0 0\n";
    std::ofstream(folder / "status")
        << "VmRSS:\t" << process.anonymousKib + process.sharedKib << " kB\nRssAnon:\t"
        << process.anonymousKib << " kB\nRssShmem:\t" << process.sharedKib
        << " kB\nVmPTE:\t8 kB\nVmSwap:\t0 kB\n";
    std::ofstream(folder / "maps") << process.maps;
    std::ofstream(folder / "smaps_rollup")
        << "7f0000000000-7fffff000000 ---p 00000000 00:00 0 [rollup]\nPss_Anon: "
        << process.pssAnonymousKib << " kB\nPss_Shmem: " << process.pssSharedKib
        << " kB\nSwapPss: 0 kB\n";
  }
  void remove(pid_t pid) { fs::remove_all(fs::path(path_) / std::to_string(pid)); }
  void look(std::initializer_list<pid_t> pids) {
    records_->beginLook();
    for (pid_t pid : pids) records_->visit(pid);
    records_->endLook();
  }

  char path_[32] = "/tmp/brood-records-XXXXXX";
  OwnedFd proc_;
  std::optional<ProcessRecords> records_;
};

TEST_F(ProcessRecordsTest, SumsAreThoseOfTheJobAlone) {
  write(kInit, {.anonymousKib = 5000});
  write(kJob, {.anonymousKib = 1024, .sharedKib = 512});
  write(kOther, {.anonymousKib = 2048});
  look({kInit, kJob, kOther});
  const auto sums = records_->sums();
  EXPECT_EQ(sums.processes, 2u);
  EXPECT_EQ(sums.anonymousBytes, 3 * kMiB);
  EXPECT_EQ(sums.sharedBytes, kMiB / 2);
  EXPECT_EQ(sums.kernelBytes, 2u * (8 << 10));
}

TEST_F(ProcessRecordsTest, AProcessIsVisitedOnceInALook) {
  write(kJob, {});
  records_->beginLook();
  EXPECT_NE(records_->visit(kJob), nullptr);
  EXPECT_EQ(records_->visit(kJob), nullptr);
  EXPECT_EQ(records_->visit(99), nullptr) << "it does not exist";
}

TEST_F(ProcessRecordsTest, AProcessThatHasNotMovedIsNotReadAgain) {
  write(kJob, {.anonymousKib = 1024});
  look({kJob});
  write(kJob, {.anonymousKib = 4096});
  look({kJob});
  EXPECT_EQ(records_->sums().anonymousBytes, kMiB) << "its times and faults are as they were";
  write(kJob, {.faults = 3, .anonymousKib = 4096});
  look({kJob});
  EXPECT_EQ(records_->sums().anonymousBytes, 4 * kMiB);
}

TEST_F(ProcessRecordsTest, ANumberThatIsUsedAgainIsAnotherProcess) {
  write(kJob, {.startTicks = 100, .anonymousKib = 1024});
  look({kJob});
  write(kJob, {.startTicks = 200, .anonymousKib = 2048});
  look({kJob});
  EXPECT_EQ(records_->all().size(), 1u);
  EXPECT_EQ(records_->sums().anonymousBytes, 2 * kMiB);
}

TEST_F(ProcessRecordsTest, ProcessesThatEndedAreForgottenAndTheOthersSharesReadAnew) {
  write(kJob, {.anonymousKib = 2048, .pssAnonymousKib = 1024});
  write(kOther, {.anonymousKib = 2048, .pssAnonymousKib = 1024});
  look({kJob, kOther});
  while (records_->readNextShares()) {
  }
  EXPECT_EQ(records_->sums().divided.anonymousBytes, 2 * kMiB);
  remove(kOther);
  write(kJob, {.anonymousKib = 2048, .pssAnonymousKib = 2048});
  look({kJob});
  EXPECT_EQ(records_->sums().processes, 1u);
  EXPECT_TRUE(records_->readNextShares()) << "its pages are divided among fewer";
  EXPECT_EQ(records_->sums().divided.anonymousBytes, 2 * kMiB);
}

TEST_F(ProcessRecordsTest, SharedMemoryCountsOnceAtItsSizeAndUntilItIsGone) {
  const std::string mapping =
      "7f0000000000-7f0000400000 rw-s 00000000 00:01 55 /dev/zero (deleted)\n";
  write(kJob, {.maps = mapping});
  write(kOther, {.maps = mapping});
  look({kJob, kOther});
  EXPECT_EQ(records_->sharedAnonymousBytes(), 4 * kMiB);
  // One of them lets go of most of it: the pages stay.
  write(kJob, {.virtualBytes = 1,
               .maps = "7f0000000000-7f0000001000 rw-s 00000000 00:01 55 /dev/zero (deleted)\n"});
  look({kJob, kOther});
  EXPECT_EQ(records_->sharedAnonymousBytes(), 4 * kMiB);
  remove(kOther);
  write(kJob, {.virtualBytes = 2, .maps = ""});
  look({kJob});
  EXPECT_EQ(records_->sharedAnonymousBytes(), 0u);
}

TEST_F(ProcessRecordsTest, FilesWithoutANameCountOnce) {
  const std::string file = std::string(path_) + "/unnamed";
  const OwnedFd opened(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::posix_fallocate(opened.get(), 0, kMiB), 0);
  fs::remove(file);
  const std::string target =
      "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(opened.get());
  for (pid_t pid : {kJob, kOther}) {
    write(pid, {});
    fs::create_symlink(target, fs::path(path_) / std::to_string(pid) / "fd" / "3");
  }
  look({kJob, kOther});
  EXPECT_GE(records_->unnamedBytes(), kMiB);
  EXPECT_LT(records_->unnamedBytes(), 2 * kMiB);
  EXPECT_FALSE(records_->hidden());
}

}  // namespace
}  // namespace brood::supervisor
