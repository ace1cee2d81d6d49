#pragma once
// Groups of the host's real hierarchies, below a directory of this test's own.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "supervisor/usage/cgroup.h"
#include "supervisor/usage/cgroup_tree.h"

namespace brood::supervisor {

inline CgroupOptions testOptions() {
  return {"auto", "brood-test", "cgroup-test-" + std::to_string(::getpid())};
}

// In the hierarchy that counts memory.
inline uint64_t numberOf(const std::string& group, const std::string& v1File,
                         const std::string& v2File) {
  const auto options = testOptions();
  uint64_t number = UINT64_MAX;
  for (const auto& mount : findCgroupMounts()) {
    const std::string directory =
        mount.path + "/" + options.parent + "/" + options.instance + "/" + group + "/";
    for (const auto& file : {v1File, v2File}) std::ifstream(directory + file) >> number;
  }
  return number;
}

// Forks a child that joins the group and then does `body`; returns its wait status.
template <typename Body>
int runInside(UsageMeter& cgroup, Body body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (int fd : cgroup.joinFds()) {
      if (::write(fd, "0", 1) != 1) ::_exit(99);
    }
    body();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

class CgroupTest : public testing::Test {
 protected:
  CgroupTest() : driver_(newCgroupDriver(testOptions())) {}
  ~CgroupTest() noexcept override = default;
  void SetUp() override {
    ASSERT_EQ(driver_->description().substr(0, 1), "v") << driver_->description();
  }
  kj::Own<CgroupDriver> driver_;
};

constexpr UsageLimits kRoomy{64ull << 20, 16, 1000};

}  // namespace brood::supervisor
