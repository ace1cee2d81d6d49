#include "supervisor/usage/cgroup_store.h"

#include <gtest/gtest.h>
#include <kj/async.h>

#include <algorithm>
#include <string>
#include <vector>

namespace brood::supervisor {
namespace {

constexpr UsageLimits kLimits{64 << 20, 8, 1000};

// The groups that a test's driver has made and that still exist, by name.
struct Host {
  std::vector<std::string> made, there;
  bool canForget = true;
};

class FakeGroup final : public UsageMeter {
 public:
  FakeGroup(Host& host, std::string name) : host_(host), name_(std::move(name)) {
    host_.there.push_back(name_);
  }
  ~FakeGroup() noexcept(false) override { std::erase(host_.there, name_); }
  std::vector<int> joinFds() const override { return {}; }
  void closeJoinFds() override {}
  void setLimits(const UsageLimits&) override {}
  Usage usage() const override { return {}; }
  uint64_t cpuMicros() const override { return 0; }
  bool renew(const UsageLimits& limits) override { return host_.canForget && limits == kLimits; }

 private:
  Host& host_;
  const std::string name_;
};

class FakeDriver final : public CgroupDriver {
 public:
  explicit FakeDriver(Host& host) : host_(host) {}
  kj::Own<UsageMeter> create(const std::string& name, const UsageLimits& limits) override {
    EXPECT_EQ(limits, kLimits);
    host_.made.push_back(name);
    return kj::heap<FakeGroup>(host_, name);
  }
  std::string description() const override { return "fake"; }
  LayerSet layers() const override { return {}; }
  size_t sweep() override { return 0; }

 private:
  Host& host_;
};

class CgroupStoreTest : public testing::Test {
 public:
  ~CgroupStoreTest() noexcept override {}

 protected:
  void newStore(bool reuses) { store_ = kj::heap<CgroupStore>(driver_, timer_, reuses, kLimits); }
  // Another thread removes groups: what it has been given is done once nothing is kept.
  void awaitRemoval(size_t kept = 0) {
    while (store_->kept() > kept) std::this_thread::yield();
  }
  void pass(kj::Duration time) {
    now_ = now_ + time;
    timer_.advanceTo(now_);
    waitScope_.poll();
  }

  kj::EventLoop loop_;
  kj::WaitScope waitScope_{loop_};
  kj::TimePoint now_ = kj::origin<kj::TimePoint>();
  kj::TimerImpl timer_{now_};
  Host host_;
  FakeDriver driver_{host_};
  kj::Own<CgroupStore> store_;
};

TEST_F(CgroupStoreTest, AGroupThatForgetsIsTheNextSandboxs) {
  newStore(true);
  store_->giveBack(store_->take());
  EXPECT_EQ(store_->kept(), 1u);
  auto again = store_->take();
  EXPECT_EQ(host_.made.size(), 1u);
  EXPECT_EQ(store_->kept(), 0u);
}

TEST_F(CgroupStoreTest, AGroupThatDoesNotIsRemovedAndItsNameIsNotUsedAgain) {
  newStore(true);
  host_.canForget = false;
  store_->giveBack(store_->take());
  awaitRemoval();
  EXPECT_TRUE(host_.there.empty());
  auto next = store_->take();
  ASSERT_EQ(host_.made.size(), 2u);
  EXPECT_NE(host_.made[0], host_.made[1]);
}

TEST_F(CgroupStoreTest, NothingIsKeptWhereReuseIsOff) {
  newStore(false);
  store_->giveBack(store_->take());
  awaitRemoval();
  EXPECT_TRUE(host_.there.empty());
}

TEST_F(CgroupStoreTest, KeepsSixteenAtMost) {
  newStore(true);
  std::vector<kj::Own<UsageMeter>> groups;
  for (int i = 0; i < 20; ++i) groups.push_back(store_->take());
  for (auto& group : groups) store_->giveBack(kj::mv(group));
  awaitRemoval(16);
  EXPECT_EQ(host_.there.size(), 16u);
}

TEST_F(CgroupStoreTest, KeptGroupsGoWhenNoSandboxIsBuiltForAMoment) {
  newStore(true);
  store_->giveBack(store_->take());
  pass(200 * kj::MILLISECONDS);
  store_->giveBack(store_->take());
  pass(100 * kj::MILLISECONDS);
  EXPECT_EQ(store_->kept(), 1u) << "one was built since the last look";
  pass(250 * kj::MILLISECONDS);
  awaitRemoval();
  EXPECT_TRUE(host_.there.empty());
}

TEST_F(CgroupStoreTest, TakesAllWithIt) {
  newStore(true);
  store_->giveBack(store_->take());
  store_ = nullptr;
  EXPECT_TRUE(host_.there.empty());
}

}  // namespace
}  // namespace brood::supervisor
