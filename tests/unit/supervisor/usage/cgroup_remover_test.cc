// Against the host's real hierarchies, below a directory of this test's own.
#include "supervisor/usage/cgroup_remover.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "supervisor/usage/cgroup_tree.h"

namespace brood::supervisor {
namespace {

const CgroupOptions& testOptions() {
  static const CgroupOptions options{"auto", "brood-test", "remover-" + std::to_string(::getpid())};
  return options;
}

size_t groupsThere() {
  size_t count = 0;
  for (const auto& mount : findCgroupMounts()) {
    const std::filesystem::path base =
        std::filesystem::path(mount.path) / testOptions().parent / testOptions().instance;
    if (!std::filesystem::exists(base)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(base))
      count += entry.is_directory();
  }
  return count;
}

TEST(CgroupRemover, RemovesAllThatItIsGivenBeforeItGoes) {
  auto driver = newCgroupDriver(testOptions());
  ASSERT_EQ(driver->description().substr(0, 1), "v") << driver->description();
  // More than may wait, so that some are removed at once.
  constexpr int kMany = 100;
  {
    CgroupRemover remover;
    EXPECT_EQ(remover.pending(), 0u);
    std::vector<kj::Own<UsageMeter>> groups;
    for (int i = 0; i < kMany; ++i) {
      groups.push_back(driver->create(std::to_string(i), UsageLimits{64 << 20, 8, 1000}));
    }
    EXPECT_GE(groupsThere(), static_cast<size_t>(kMany));
    for (auto& group : groups) remover.remove(kj::mv(group));
    EXPECT_LE(remover.pending(), 65u);
  }
  EXPECT_EQ(groupsThere(), 0u);
}

TEST(CgroupRemover, IsDoneWithoutBeingAsked) {
  auto driver = newCgroupDriver(testOptions());
  CgroupRemover remover;
  remover.remove(driver->create("one", UsageLimits{64 << 20, 8, 1000}));
  while (remover.pending() > 0) std::this_thread::yield();
  EXPECT_EQ(groupsThere(), 0u);
}

}  // namespace
}  // namespace brood::supervisor
