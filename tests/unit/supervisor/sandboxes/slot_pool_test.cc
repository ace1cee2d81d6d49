#include "supervisor/sandboxes/slot_pool.h"

#include <gtest/gtest.h>
#include <kj/timer.h>

#include <optional>

#include "base/plain_text.h"
#include "rpc/loop/uv_io.h"
#include "tests/unit/supervisor/sandboxes/played_zygote.h"

namespace brood::supervisor {
namespace {

class SlotPoolTest : public testing::Test {
 protected:
  ~SlotPoolTest() noexcept override {
    if (slots_) slots_->pool->drain().wait(waitScope());
  }

  SlotPool& pool(uint32_t maxSlots, uint32_t spareSlots) {
    slots_.emplace(io_, timer_, maxSlots, spareSlots);
    return *slots_->pool;
  }
  PlayedZygote& zygote() { return slots_->zygote; }
  SlotLease get(kj::Promise<SlotLease> promise) { return promise.wait(waitScope()); }
  std::string failure(kj::Promise<SlotLease> promise) {
    return promise
        .then([](SlotLease) { return std::string("none"); },
              [](kj::Exception&& why) { return plainText(why); })
        .wait(waitScope());
  }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    waitScope().poll();
  }
  // Returns when nothing is being taken apart any more.
  void waitForTeardown() {
    while (slots_->pool->tearingDown() > 0) waitScope().poll();
  }
  kj::WaitScope& waitScope() { return io_.waitScope(); }

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  std::optional<PlayedSlots> slots_;
};

TEST_F(SlotPoolTest, KeepsSpareSandboxesAndGivesThemOut) {
  auto& slots = pool(8, 2);
  slots.refill();
  waitScope().poll();
  EXPECT_EQ(slots.ready(), 2u);
  auto slot = get(slots.take());
  waitScope().poll();
  EXPECT_EQ(slots.ready(), 2u) << "the one that was taken has a successor";
  EXPECT_EQ(zygote().requests, 3);
}

TEST_F(SlotPoolTest, BuildsOneForWhoeverFindsNone) {
  auto& slots = pool(8, 0);
  auto slot = get(slots.take());
  EXPECT_EQ(zygote().ids, std::vector<uint32_t>{slot->id()});
  EXPECT_GE(slot->workspaceFd(), 0);
}

TEST_F(SlotPoolTest, AnIdIsUsedAgainOnlyWhenAllOfTheSandboxHasEnded) {
  auto& slots = pool(1, 0);
  std::optional<SlotLease> slot(get(slots.take()));
  EXPECT_NE(failure(slots.build()).find("all sandboxes are in use"), std::string::npos);
  slot.reset();
  EXPECT_EQ(slots.tearingDown(), 1u);
  EXPECT_NE(failure(slots.build()).find("all sandboxes are in use"), std::string::npos);
  waitForTeardown();
  const uint32_t first = zygote().ids.front();
  EXPECT_EQ(get(slots.build())->id(), first);
}

TEST_F(SlotPoolTest, ASandboxThatDoesNotEndIsAbandonedWithItsId) {
  auto& slots = pool(1, 0);
  zygote().endsAreTold = false;
  get(slots.take());
  turnClock(30 * kj::SECONDS - 1 * kj::MILLISECONDS);
  EXPECT_EQ(slots.tearingDown(), 1u);
  turnClock(1 * kj::MILLISECONDS);
  EXPECT_EQ(slots.tearingDown(), 0u);
  EXPECT_NE(failure(slots.build()).find("all sandboxes are in use"), std::string::npos)
      << "something may still run under its host id";
}

TEST_F(SlotPoolTest, AnIdThatWasTakenInVainComesBack) {
  auto& slots = pool(1, 0);
  get(slots.take());
  waitForTeardown();
  zygote().failures.push_back(KJ_EXCEPTION(FAILED, "no memory"));
  EXPECT_NE(failure(slots.take()).find("no memory"), std::string::npos);
  waitScope().poll();
  get(slots.take());
}

TEST_F(SlotPoolTest, ABuilderThatDiesIsAskedAgainWhenItIsBack) {
  auto& slots = pool(8, 0);
  for (int i = 0; i < 2; ++i) {
    zygote().failures.push_back(KJ_EXCEPTION(DISCONNECTED, "the builder is gone"));
  }
  get(slots.take());
  EXPECT_EQ(zygote().requests, 3);
  for (int i = 0; i < 3; ++i) {
    zygote().failures.push_back(KJ_EXCEPTION(DISCONNECTED, "the builder is gone"));
  }
  EXPECT_NE(failure(slots.take()).find("the builder is gone"), std::string::npos);
}

TEST_F(SlotPoolTest, ASandboxForACallerWhoHasLeftIsTakenApart) {
  auto& slots = pool(8, 0);
  auto caller = slots.build();
  caller = nullptr;
  waitScope().poll();
  EXPECT_EQ(zygote().requests, 1);
  waitForTeardown();
}

TEST_F(SlotPoolTest, ASpareOneThatIsKilledIsReplaced) {
  auto& slots = pool(8, 1);
  slots.refill();
  waitScope().poll();
  ::kill(zygote().lastPid, SIGKILL);
  while (zygote().requests < 2) waitScope().poll();
  waitForTeardown();
  auto slot = get(slots.take());
  EXPECT_NE(slot->id(), zygote().ids.front());
}

TEST_F(SlotPoolTest, AfterAFailureItPausesBeforeItTriesAgain) {
  auto& slots = pool(8, 1);
  zygote().failures.push_back(KJ_EXCEPTION(FAILED, "no memory"));
  slots.refill();
  waitScope().poll();
  slots.refill();
  waitScope().poll();
  EXPECT_EQ(zygote().requests, 1);
  turnClock(500 * kj::MILLISECONDS);
  EXPECT_EQ(slots.ready(), 1u);
}

TEST_F(SlotPoolTest, DrainsWhenAllThatIsOutHasEnded) {
  auto& slots = pool(8, 2);
  slots.refill();
  waitScope().poll();
  std::optional<SlotLease> slot(get(slots.take()));
  auto drained = slots.drain();
  EXPECT_EQ(slots.ready(), 0u);
  slot.reset();
  drained.wait(waitScope());
  EXPECT_EQ(slots.tearingDown(), 0u);
}

}  // namespace
}  // namespace brood::supervisor
