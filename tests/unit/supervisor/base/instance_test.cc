#include "supervisor/base/instance.h"

#include <gtest/gtest.h>
#include <kj/exception.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

namespace brood::supervisor {
namespace {

// A file stands for the socket: who may do what with it is the same.
class InstanceTest : public testing::Test {
 protected:
  InstanceTest() {
    char name[] = "/tmp/brood-instance-XXXXXX";
    config_.runtimeDir = ::mkdtemp(name);
    instance_.emplace(config_, Tier::root);
    std::ofstream(instance_->socketPath()) << "";
    ::chmod(instance_->socketPath().c_str(), 0666);
  }
  ~InstanceTest() override {
    instance_.reset();
    std::filesystem::remove_all(config_.runtimeDir);
  }

  struct stat status() const {
    struct stat result {};
    EXPECT_EQ(::stat(instance_->socketPath().c_str(), &result), 0);
    return result;
  }

  SupervisorConfig config_;
  std::optional<Instance> instance_;
};

TEST_F(InstanceTest, WithoutAGroupTheSocketIsTheOwnersOnly) {
  instance_->openSocketToGroup({});
  EXPECT_EQ(status().st_mode & 07777, 0600u);
}

TEST_F(InstanceTest, AGroupThatIsGivenMayConnectAndNobodyElse) {
  instance_->openSocketToGroup(gid_t{1});
  EXPECT_EQ(status().st_mode & 07777, 0660u);
  EXPECT_EQ(status().st_gid, 1u);
}

}  // namespace
}  // namespace brood::supervisor
