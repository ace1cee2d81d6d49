// Against one of the host's real hierarchies, below a directory of this test's own.
#include "supervisor/usage/cgroup_tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/exception.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

// The mount of the hierarchy that our directories can be made in: of the memory controller.
std::string memoryMount() {
  std::string unified;
  for (const auto& mount : findCgroupMounts()) {
    const auto& names = mount.controllers;
    if (std::find(names.begin(), names.end(), "memory") != names.end()) return mount.path;
    if (mount.version2) unified = mount.path;
  }
  return unified;
}

class CgroupTreeTest : public testing::Test {
 protected:
  ~CgroupTreeTest() noexcept override {
    if (inside_ <= 0) return;
    ::kill(inside_, SIGKILL);
    ::waitpid(inside_, nullptr, 0);
  }
  // Puts a process into the group; it ends when it is killed.
  void fill(const CgroupDir& group) {
    inside_ = ::fork();
    if (inside_ == 0) {
      for (;;) ::pause();
    }
    const OwnedFd members(::openat(group.fd(), "cgroup.procs", O_WRONLY | O_CLOEXEC));
    const std::string pid = std::to_string(inside_);
    ASSERT_EQ(::write(members.get(), pid.data(), pid.size()), static_cast<ssize_t>(pid.size()));
  }
  // Its end, if it was killed; it is reaped.
  int endOfInside() {
    int status = 0;
    ::waitpid(inside_, &status, 0);
    inside_ = -1;
    return status;
  }

  const std::string mount_ = memoryMount();
  const std::string instance_ = "tree-test-" + std::to_string(::getpid());
  pid_t inside_ = -1;
};

TEST_F(CgroupTreeTest, TheInstancesDirectoryGoesWithItsOwner) {
  std::string path;
  {
    const CgroupBase base(mount_, "brood-test", instance_);
    path = base.path();
    EXPECT_EQ(path, mount_ + "/brood-test/" + instance_);
    EXPECT_TRUE(fs::is_directory(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(CgroupTreeTest, AGroupIsMadeAndRemovedByItsOwner) {
  const CgroupBase base(mount_, "brood-test", instance_);
  const fs::path path = fs::path(base.path()) / "one";
  {
    CgroupDir group(base.dirFd(), "one");
    EXPECT_TRUE(fs::is_directory(path));
    CgroupDir owner = kj::mv(group);
    EXPECT_EQ(group.fd(), -1);
    EXPECT_GE(owner.fd(), 0);
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(CgroupTreeTest, AnEmptyGroupThatWasLeftIsTakenOver) {
  const CgroupBase base(mount_, "brood-test", instance_);
  fs::create_directory(fs::path(base.path()) / "one");
  const CgroupDir group(base.dirFd(), "one");
  EXPECT_GE(group.fd(), 0);
}

TEST_F(CgroupTreeTest, AGroupWithSomebodyInsideIsNobodyElses) {
  const CgroupBase base(mount_, "brood-test", instance_);
  const CgroupDir group(base.dirFd(), "one");
  fill(group);
  EXPECT_THROW(CgroupDir(base.dirFd(), "one"), kj::Exception);
  ::kill(inside_, SIGKILL);
  endOfInside();
}

// A daemon that has outlived its sandbox.
TEST_F(CgroupTreeTest, AProcessThatIsLeftInsideEndsWithTheGroup) {
  const CgroupBase base(mount_, "brood-test", instance_);
  auto group = std::make_unique<CgroupDir>(base.dirFd(), "one");
  fill(*group);
  // Somebody has to reap it meanwhile, or it stays in the group.
  ::signal(SIGCHLD, SIG_IGN);
  group.reset();
  ::signal(SIGCHLD, SIG_DFL);
  EXPECT_NE(::kill(inside_, 0), 0);
  inside_ = -1;
  EXPECT_FALSE(fs::exists(fs::path(base.path()) / "one"));
}

TEST_F(CgroupTreeTest, SweepCountsTheGroupsThatItRemoves) {
  CgroupBase base(mount_, "brood-test", instance_);
  for (const char* name : {"a", "b", "c"}) fs::create_directory(fs::path(base.path()) / name);
  EXPECT_EQ(base.sweep(), 3u);
  EXPECT_EQ(base.sweep(), 0u);
}

}  // namespace
}  // namespace brood::supervisor
