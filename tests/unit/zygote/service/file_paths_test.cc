// A path means what it means to a session's programs.

#include "zygote/service/file_paths.h"

#include <gtest/gtest.h>

namespace brood::zygote {
namespace {

TEST(FilePathsTest, RelativePathsAndHomesAreInTheWorkspace) {
  const FilePaths paths("/workspace");
  EXPECT_EQ(paths.inside("a/b"), "/workspace/a/b");
  EXPECT_EQ(paths.inside(""), "/workspace");
  EXPECT_EQ(paths.inside("/home/user/a"), "/workspace/a");
  EXPECT_EQ(paths.inside("/home/user/"), "/workspace");
  EXPECT_EQ(paths.inside("/home/users"), "/home/users");
  EXPECT_EQ(paths.inside("//tmp/./x//"), "/tmp/x");
  EXPECT_EQ(paths.inside("/"), "/");
  EXPECT_EQ(paths.told("/workspace/a"), "/workspace/a");
}

TEST(FilePathsTest, TheWorkspaceHasItsNameWhereverItIs) {
  const FilePaths paths("/srv/7/workspace");
  EXPECT_EQ(paths.inside("/workspace/a"), "/srv/7/workspace/a");
  EXPECT_EQ(paths.told("/srv/7/workspace/a"), "/workspace/a");
  EXPECT_EQ(paths.told("/srv/7/workspaces"), "/srv/7/workspaces");
  EXPECT_TRUE(paths.isFixed(paths.inside("/home/user")));
  EXPECT_FALSE(paths.isFixed(paths.inside("a")));
}

}  // namespace
}  // namespace brood::zygote
