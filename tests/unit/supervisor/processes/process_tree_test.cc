#include "supervisor/processes/process_tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "rpc/wire/fd_passing.h"
#include "supervisor/processes/process_walk.h"

namespace brood::supervisor {
namespace {

std::vector<pid_t> walkFrom(pid_t root) {
  ProcessWalk walk(OwnedFd(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), root);
  walk.restart();
  std::vector<pid_t> found;
  while (const pid_t pid = walk.next()) {
    found.push_back(pid);
    // As if it had threads: those are asked one by one.
    walk.follow(pid, 2);
  }
  return found;
}

TEST(ProcessTree, HoldsAllThatComeFromOne) {
  auto [readEnd, writeEnd] = newPipe();
  const pid_t parent = ::fork();
  if (parent == 0) {
    const pid_t child = ::fork();
    if (child > 0) [[maybe_unused]]
      ssize_t written = ::write(writeEnd.get(), &child, sizeof(child));
    for (;;) ::pause();
  }
  pid_t child = 0;
  ASSERT_EQ(::read(readEnd.get(), &child, sizeof(child)), static_cast<ssize_t>(sizeof(child)));

  EXPECT_EQ(walkFrom(parent), (std::vector<pid_t>{parent, child}));
  const auto tree = walkFrom(::getpid());
  for (pid_t pid : {parent, child}) {
    EXPECT_EQ(std::count(tree.begin(), tree.end(), pid), 1) << pid;
  }
  EXPECT_GE(countTasksOfUser(), 3u);
  EXPECT_TRUE(descendsFrom(child, parent));
  EXPECT_TRUE(descendsFrom(child, ::getpid()));
  EXPECT_FALSE(descendsFrom(parent, child));
  EXPECT_FALSE(descendsFrom(::getpid(), parent));

  ::kill(child, SIGKILL);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
}

}  // namespace
}  // namespace brood::supervisor
