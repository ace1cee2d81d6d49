#include "supervisor/sandboxes/workspace_size.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace brood::supervisor {
namespace {

constexpr uint64_t kMiB = 1 << 20;

// Runs `body` in a child that has a small tmpfs at /tmp, which nobody else sees. Returns its exit
// code: the number of the line that was wrong, or 0.
int withTmpfs(const std::function<int(int workspaceFd)>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::unshare(CLONE_NEWNS) < 0) ::_exit(101);
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) ::_exit(102);
    if (::mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=8") < 0) {
      ::_exit(103);
    }
    ::_exit(body(::open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC)));
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool holds(uint64_t bytes, uint64_t inodes) {
  struct statvfs info;
  return ::statvfs("/tmp", &info) == 0 && info.f_blocks * info.f_frsize == bytes &&
         info.f_files == inodes;
}

TEST(WorkspaceSize, GrowsAndShrinksAndKeepsTheFlagsOfTheMount) {
  EXPECT_EQ(withTmpfs([](int fd) {
              if (!holds(kMiB, 8)) return 1;
              resizeWorkspace(fd, {64 * kMiB, 1000});
              if (!holds(64 * kMiB, 1000)) return 2;
              resizeWorkspace(fd, {2 * kMiB, 10});
              if (!holds(2 * kMiB, 10)) return 3;
              struct statvfs info;
              if (::statvfs("/tmp", &info) < 0 || (info.f_flag & ST_NOSUID) == 0) return 4;
              return 0;
            }),
            0);
}

TEST(WorkspaceSize, LessThanIsInItIsRefused) {
  EXPECT_EQ(withTmpfs([](int fd) {
              const int file = ::open("/tmp/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
              if (::posix_fallocate(file, 0, 512 << 10) != 0) return 1;
              try {
                resizeWorkspace(fd, {256 << 10, 8});
                return 2;
              } catch (const kj::Exception&) {
              }
              return holds(kMiB, 8) ? 0 : 3;
            }),
            0);
}

TEST(WorkspaceSize, IsWhatAJobsLimitsSay) {
  JobLimits limits;
  limits.workspaceBytes = 5;
  limits.workspaceInodes = 7;
  EXPECT_EQ(WorkspaceSize::of(limits), (WorkspaceSize{5, 7}));
}

}  // namespace
}  // namespace brood::supervisor
