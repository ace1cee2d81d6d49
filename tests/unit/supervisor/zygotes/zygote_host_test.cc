// Against the real slot builder.
#include "supervisor/zygotes/zygote_host.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <kj/debug.h>
#include <signal.h>

#include <deque>
#include <filesystem>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"
#include "supervisor/processes/lifeline.h"

namespace brood::supervisor {
namespace {

class ZygoteHostTest : public testing::Test {
 public:
  ZygoteHostTest() {
    char pattern[] = "/tmp/brood-zygote-host-XXXXXX";
    KJ_REQUIRE(::mkdtemp(pattern) != nullptr);
    stagingDir_ = pattern;
    host_.whenReady().wait(io_.waitScope());
  }
  ~ZygoteHostTest() noexcept override {
    host_.stop().wait(io_.waitScope());
    std::filesystem::remove(stagingDir_);
  }

 protected:
  void fillWarmUp(wire::WarmUp::Builder warmUp) const {
    warmUp.setProfile("test");
    auto rootTemplate = warmUp.initRootTemplate();
    rootTemplate.setStagingDir(stagingDir_);
    auto binds = rootTemplate.initReadOnlyBinds(2);
    binds.set(0, "/usr");
    binds.set(1, "/lib");
  }
  static void fillSlot(wire::ZygoteRequest::Builder request) {
    constexpr uint32_t kFirstHostId = 731000;
    auto slot = request.initBuildSlot();
    slot.setHostname("sandbox");
    slot.setHostInitUid(kFirstHostId);
    slot.setHostInitGid(kFirstHostId);
    slot.setHostJobUid(kFirstHostId + 1);
    slot.setHostJobGid(kFirstHostId + 1);
    for (auto set :
         {&wire::BuildSlot::Builder::setWorkspaceBytes, &wire::BuildSlot::Builder::setTmpBytes,
          &wire::BuildSlot::Builder::setShmBytes}) {
      (slot.*set)(1 << 20);
    }
    for (auto set :
         {&wire::BuildSlot::Builder::setWorkspaceInodes, &wire::BuildSlot::Builder::setTmpInodes,
          &wire::BuildSlot::Builder::setShmInodes}) {
      (slot.*set)(100);
    }
  }
  kj::Promise<kj::Own<ChildProcess>> buildSlot(size_t fds) {
    lifelines_.emplace_back();
    std::vector<int> passed(fds, lifelines_.back().initEnd());
    return host_.request(&fillSlot, kj::arrayPtr(passed.data(), passed.size()));
  }

  UvAsyncIo io_;
  std::string stagingDir_;
  std::deque<Lifeline> lifelines_;
  Reaper reaper_{io_.port()};
  ZygoteHost host_{io_.port(), io_.timer(), reaper_,
                   ZygoteOptions{.name = "test",
                                 .binary = BROOD_ZYGOTE_NONE,
                                 .fillWarmUp = [this](auto request) { fillWarmUp(request); }}};
};

TEST_F(ZygoteHostTest, ARequestThatCannotBeSentIsRefusedAndNotWaitedFor) {
  const pid_t zygote = host_.info().pid;
  for (int i = 0; i < 3; ++i) {
    auto refused =
        kj::runCatchingExceptions([&]() { buildSlot(kMaxPassedFds + 1).wait(io_.waitScope()); });
    ASSERT_NE(refused, nullptr) << "more descriptors than a message has room for";
  }
  EXPECT_EQ(host_.unanswered(), 0u) << "the zygote would be killed for not answering";
  EXPECT_EQ(host_.info().forks, 0u);
  auto slot = buildSlot(1).wait(io_.waitScope());
  EXPECT_EQ(slot->forkedBy(), zygote);
  EXPECT_EQ(host_.unanswered(), 0u);
}

// Its process dies with the answer, for which somebody is waited all the same.
TEST_F(ZygoteHostTest, ARequestWhoseCallerLeavesIsAnswered) {
  { auto unwanted = buildSlot(1); }
  EXPECT_EQ(host_.unanswered(), 1u);
  auto slot = buildSlot(1).wait(io_.waitScope());
  EXPECT_EQ(host_.unanswered(), 0u);
}

TEST_F(ZygoteHostTest, MoreRequestsThanTheSocketHasRoomForAreAllAnswered) {
  ASSERT_EQ(::kill(host_.info().pid, SIGSTOP), 0);
  std::vector<kj::Promise<kj::Own<ChildProcess>>> slots;
  constexpr size_t kMany = 400;
  for (size_t i = 0; i < kMany; ++i) slots.push_back(buildSlot(2));
  EXPECT_LT(host_.unanswered(), kMany) << "all found room: nothing is tested";
  ASSERT_EQ(::kill(host_.info().pid, SIGCONT), 0);
  // Two descriptors are one too many for a slot, as the zygote says of each.
  for (auto& slot : slots) {
    auto refused = kj::runCatchingExceptions([&]() { slot.wait(io_.waitScope()); });
    KJ_IF_MAYBE (exception, refused) {
      EXPECT_EQ(exception->getType(), kj::Exception::Type::FAILED) << kj::str(*exception).cStr();
    } else {
      ADD_FAILURE() << "a slot with two lifelines";
    }
  }
  EXPECT_EQ(host_.unanswered(), 0u);
}

TEST_F(ZygoteHostTest, OneThatDiesSaysSo) {
  ASSERT_EQ(::kill(host_.info().pid, SIGSTOP), 0);
  auto slot = buildSlot(1);
  ASSERT_EQ(::kill(host_.info().pid, SIGKILL), 0);
  auto refused = kj::runCatchingExceptions([&]() { slot.wait(io_.waitScope()); });
  KJ_IF_MAYBE (exception, refused) {
    EXPECT_EQ(exception->getType(), kj::Exception::Type::DISCONNECTED);
    EXPECT_NE(std::string(exception->getDescription().cStr()).find("zygote died"),
              std::string::npos);
  } else {
    ADD_FAILURE() << "a slot by a dead zygote";
  }
  host_.whenReady().wait(io_.waitScope());
}

}  // namespace
}  // namespace brood::supervisor
