#include "supervisor/process_tree.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "rpc/fd_passing.h"

namespace brood::testing {
namespace {

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

  ProcessTable table;
  auto tree = table.treeOf(parent);
  EXPECT_EQ(tree, (std::vector<pid_t>{parent, child}));
  tree = table.treeOf(::getpid());
  for (pid_t pid : {parent, child}) {
    EXPECT_EQ(std::count(tree.begin(), tree.end(), pid), 1) << pid;
  }
  EXPECT_GE(table.tasksOfUser(), 3u);
  EXPECT_TRUE(descendsFrom(child, parent));
  EXPECT_TRUE(descendsFrom(child, ::getpid()));
  EXPECT_FALSE(descendsFrom(parent, child));
  EXPECT_FALSE(descendsFrom(::getpid(), parent));

  ::kill(child, SIGKILL);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
}

}  // namespace
}  // namespace brood::testing
