#include "recorder/confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <thread>

#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

constexpr uid_t kOwn = 64124;

class ConfinementTest : public testing::Test {
 protected:
  // Confines a process that then does this. Returns its exit code, or minus the signal that ended
  // it.
  int confined(const std::function<int()>& act) {
    const pid_t child = ::fork();
    if (child == 0) {
      // Without root there is no other user to become.
      const size_t expected = kIsSanitized ? 2 : 0;
      const auto done = confine({{folder_ / "read"}, {folder_ / "write"}}, {kOwn, kOwn, ""});
      if (done.missing.size() > expected + (isRoot_ ? 0 : 1)) ::_exit(99);
      ::_exit(act());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  static int opens(const std::string& path, int flags) {
    return ::open(path.c_str(), flags, 0600) >= 0 ? 1 : 0;
  }

  const bool isRoot_ = ::geteuid() == 0;
  TemporaryFolder folder_;
  const bool made_ = [this] {
    return ::mkdir((folder_ / "read").c_str(), 0700) == 0 &&
           ::mkdir((folder_ / "write").c_str(), 0700) == 0;
  }();
};

TEST_F(ConfinementTest, FilesCanBeWrittenWhereItIsSaid) {
  EXPECT_EQ(confined([&] {
              const std::string path = folder_ / "write" + "/file";
              const bool isMade = opens(path, O_CREAT | O_WRONLY | O_APPEND) == 1;
              const bool isMoved = ::rename(path.c_str(), (path + ".1").c_str()) == 0;
              return isMade && isMoved && ::unlink((path + ".1").c_str()) == 0 ? 1 : 0;
            }),
            1);
  if (kIsSanitized) return;  // A sanitizer opens files and starts programs itself.
  EXPECT_EQ(confined([&] { return opens(folder_ / "read" + "/file", O_CREAT | O_WRONLY); }), 0);
  EXPECT_EQ(confined([&] { return opens(folder_ / "file", O_CREAT | O_WRONLY); }), 0);
}

TEST_F(ConfinementTest, FilesCanBeReadWhereItIsSaid) {
  std::ofstream(folder_ / "read" + "/file") << "text";
  std::ofstream(folder_ / "file") << "text";
  EXPECT_EQ(confined([&] { return opens(folder_ / "read" + "/file", O_RDONLY); }), 1);
  EXPECT_EQ(confined([&] { return opens("/etc/hosts", O_RDONLY); }), 1);
  if (kIsSanitized) return;
  EXPECT_EQ(confined([&] { return opens(folder_ / "file", O_RDONLY); }), 0);
  EXPECT_EQ(confined([&] { return opens("/etc/passwd", O_RDONLY); }), 0);
  EXPECT_EQ(confined([&] { return opens("/proc/1/environ", O_RDONLY); }), 0);
}

TEST_F(ConfinementTest, ServersCanBeReachedAndServicesOfThisHostCannot) {
  EXPECT_EQ(confined([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 1 : 0; }), 1);
  EXPECT_EQ(confined([] { return ::socket(AF_INET6, SOCK_DGRAM, 0) >= 0 ? 1 : 0; }), 1);
  if (kIsSanitized) return;
  EXPECT_EQ(confined([] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 1 : 0; }), 0);
}

TEST_F(ConfinementTest, NothingIsExecuted) {
  EXPECT_EQ(confined([] {
              char name[] = "/bin/true";
              char* argv[] = {name, nullptr};
              ::execve(name, argv, nullptr);
              return 1;
            }),
            kIsSanitized ? 0 : -SIGSYS);
}

TEST_F(ConfinementTest, NoNewCodeIsMade) {
  const auto makeCode = [] {
    void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED ? 1 : 0;
  };
  EXPECT_EQ(confined(makeCode), kIsSanitized ? 1 : 0);
}

TEST_F(ConfinementTest, ThreadsCanBeStartedAndProcessesCannot) {
  EXPECT_EQ(confined([] {
              int seen = 0;
              std::thread([&] { seen = 1; }).join();
              return seen;
            }),
            1);
  if (kIsSanitized) return;
  EXPECT_EQ(confined([] { return ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0 ? 1 : 0; }), 0);
}

TEST_F(ConfinementTest, ItIsAUserOfItsOwnThatRootCannotBeAgain) {
  if (!isRoot_) return;  // There is none to become.
  EXPECT_EQ(confined([] { return ::geteuid() == kOwn && ::getegid() == kOwn ? 1 : 0; }), 1);
  EXPECT_EQ(confined([] { return ::setresuid(0, 0, 0) == 0 ? 1 : 0; }), 0);
  EXPECT_EQ(confined([] { return ::setgid(0) == 0 ? 1 : 0; }), 0);
}

TEST(RecorderAccount, HasIdsThatNobodyElseHas) {
  const Config config;
  const auto account = recorderAccount(config);
  if (::getpwnam("brood-recorder") == nullptr && account.missingBecause.empty()) {
    EXPECT_EQ(account.uid, config.sandbox.uidBase - 3);
    EXPECT_EQ(account.gid, config.sandbox.uidBase - 3);
  }
  Config taken;
  taken.sandbox.uidBase = 3;  // Root's.
  EXPECT_NE(recorderAccount(taken).missingBecause, "");
}

}  // namespace
}  // namespace brood::recorder
