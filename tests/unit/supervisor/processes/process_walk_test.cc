#include "supervisor/processes/process_walk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

OwnedFd folder(const char* path) {
  return OwnedFd(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

std::vector<pid_t> visited(ProcessWalk& walk) {
  walk.restart();
  std::vector<pid_t> pids;
  while (const pid_t pid = walk.next()) {
    pids.push_back(pid);
    walk.follow(pid, 1);
  }
  return pids;
}

// A keeper with so many children, all of which wait.
class Family {
 public:
  explicit Family(int children) {
    auto [readEnd, writeEnd] = newPipe();
    keeper_ = ::fork();
    if (keeper_ == 0) {
      for (int i = 0; i < children; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
          ::prctl(PR_SET_PDEATHSIG, SIGKILL);
          for (;;) ::pause();
        }
        [[maybe_unused]] auto told = ::write(writeEnd.get(), &child, sizeof(child));
      }
      for (;;) ::pause();
    }
    for (int i = 0; i < children; ++i) {
      pid_t child = 0;
      if (::read(readEnd.get(), &child, sizeof(child)) == sizeof(child)) children_.insert(child);
    }
  }
  ~Family() {
    for (pid_t child : children_) ::kill(child, SIGKILL);
    ::kill(keeper_, SIGKILL);
    ::waitpid(keeper_, nullptr, 0);
  }
  Family(const Family&) = delete;

  pid_t keeper() const { return keeper_; }
  const std::set<pid_t>& children() const { return children_; }

 private:
  pid_t keeper_ = -1;
  std::set<pid_t> children_;
};

// As many as do not fit into one read of the kernel's list.
TEST(ProcessWalk, FindsAllChildrenOfAKeeper) {
  Family family(900);
  ASSERT_EQ(family.children().size(), 900u);
  ProcessWalk walk(folder("/proc"), family.keeper());
  const auto pids = visited(walk);
  ASSERT_EQ(pids.size(), 901u);
  EXPECT_EQ(pids.front(), family.keeper());
  EXPECT_EQ(std::set<pid_t>(pids.begin() + 1, pids.end()), family.children());
  EXPECT_EQ(walk.found(), 901u);
}

TEST(ProcessWalk, BeginsAnew) {
  Family family(1);
  ProcessWalk walk(folder("/proc"), family.keeper());
  EXPECT_EQ(visited(walk), visited(walk));
  walk.restart();
  EXPECT_EQ(walk.next(), family.keeper());
  EXPECT_EQ(walk.next(), 0) << "nobody was followed";
}

// In a PID namespace's own /proc everybody is the job's: what has a number for a name.
TEST(ProcessWalk, TakesAllNumbersOfANamespacesProc) {
  char path[] = "/tmp/brood-walk-XXXXXX";
  ASSERT_NE(::mkdtemp(path), nullptr);
  for (const char* name : {"1", "27", "self", "9x", "-3"}) {
    ::mkdir((std::string(path) + "/" + name).c_str(), 0755);
  }
  ProcessWalk walk(folder(path));
  auto pids = visited(walk);
  EXPECT_EQ(std::set<pid_t>(pids.begin(), pids.end()), (std::set<pid_t>{-3, 1, 27}));
  std::filesystem::remove_all(path);
}

TEST(ProcessWalk, WithoutAProcThereIsNobody) {
  ProcessWalk walk{OwnedFd()};
  EXPECT_TRUE(visited(walk).empty());
}

}  // namespace
}  // namespace brood::supervisor
