#include "supervisor/jobs/admission.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rpc/loop/uv_io.h"

namespace brood::supervisor {
namespace {

using Refusal = Admission::Refusal;
constexpr uint64_t kLongMs = 60'000;

TEST(Admission, AdmitsUpToTheMaximumThenQueuesInOrder) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 10, kLongMs);
  auto first = admission.enter().wait(io.waitScope());
  EXPECT_EQ(first.refusal, Refusal::none);
  std::string order;
  auto second = admission.enter()
                    .then([&](Admission::Entry entry) {
                      order += "2";
                      return entry;
                    })
                    .eagerlyEvaluate(nullptr);
  auto third = admission.enter()
                   .then([&](Admission::Entry entry) {
                     order += "3";
                     return entry;
                   })
                   .eagerlyEvaluate(nullptr);
  EXPECT_EQ(admission.queued(), 2u);
  first.permit = nullptr;
  { auto entry = second.wait(io.waitScope()); }
  third.wait(io.waitScope());
  EXPECT_EQ(order, "23");
  EXPECT_EQ(admission.running(), 0u);
}

TEST(Admission, EntersAtOnceUnlessItWouldHaveToWait) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, 1000);
  auto first = admission.enterNow();
  EXPECT_TRUE(first != nullptr);
  EXPECT_EQ(admission.running(), 1u);
  EXPECT_TRUE(admission.enterNow() == nullptr);
  first = nullptr;
  EXPECT_TRUE(admission.enterNow() != nullptr);
}

TEST(Admission, RefusesBeyondTheQueue) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, kLongMs);
  auto running = admission.enter().wait(io.waitScope());
  auto waiting = admission.enter();
  EXPECT_EQ(admission.enter().wait(io.waitScope()).refusal, Refusal::queueFull);
}

TEST(Admission, WaitsNoLongerThanTheDeadline) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, 1);
  auto running = admission.enter().wait(io.waitScope());
  EXPECT_EQ(admission.enter().wait(io.waitScope()).refusal, Refusal::queueTimeout);
  EXPECT_EQ(admission.queued(), 0u);
}

TEST(Admission, AWaiterWhoLeavesGivesUpItsPlace) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, kLongMs);
  auto running = admission.enter().wait(io.waitScope());
  { auto leaver = admission.enter(); }
  EXPECT_EQ(admission.queued(), 0u);
  auto stays = admission.enter();
  running.permit = nullptr;
  EXPECT_EQ(stays.wait(io.waitScope()).refusal, Refusal::none);
}

TEST(Admission, TenantsTakeTurns) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 100, kLongMs);
  auto running = admission.enter({"burst"}).wait(io.waitScope());
  std::string order;
  std::vector<kj::Promise<void>> waiting;
  const auto enter = [&](const char* tenant, const char* name) {
    waiting.push_back(admission.enter({tenant})
                          .then([&order, name](Admission::Entry) { order += name; })
                          .eagerlyEvaluate(nullptr));
  };
  for (const char* name : {"a", "b", "c", "d"}) enter("burst", name);
  enter("single", "S");
  running.permit = nullptr;
  for (auto& each : waiting) each.wait(io.waitScope());
  EXPECT_EQ(order, "aSbcd");
}

TEST(Admission, ATenantHasItsOwnMaximum) {
  UvAsyncIo io;
  Admission admission(io.timer(), 10, 100, kLongMs);
  auto first = admission.enter({"a", 2}).wait(io.waitScope());
  auto second = admission.enter({"a", 2}).wait(io.waitScope());
  EXPECT_TRUE(admission.enterNow({"a", 2}) == nullptr);
  auto third = admission.enter({"a", 2}).eagerlyEvaluate(nullptr);
  EXPECT_FALSE(third.poll(io.waitScope()));
  EXPECT_EQ(admission.queued(), 1u);
  auto other = admission.enter({"b", 2}).wait(io.waitScope());
  EXPECT_EQ(other.refusal, Refusal::none);
  second.permit = nullptr;
  EXPECT_EQ(third.wait(io.waitScope()).refusal, Refusal::none);
}

TEST(Admission, AFullQueueHasRoomForATenantWithFewerJobsInIt) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 2, kLongMs);
  auto running = admission.enter({"burst"}).wait(io.waitScope());
  auto first = admission.enter({"burst"});
  auto second = admission.enter({"burst"});
  EXPECT_EQ(admission.enter({"burst"}).wait(io.waitScope()).refusal, Refusal::queueFull);
  auto single = admission.enter({"single"});
  EXPECT_EQ(second.wait(io.waitScope()).refusal, Refusal::queueFull);
  EXPECT_EQ(admission.enter({"single"}).wait(io.waitScope()).refusal, Refusal::queueFull);
  running.permit = nullptr;
  { auto entry = first.wait(io.waitScope()); }
  EXPECT_EQ(single.wait(io.waitScope()).refusal, Refusal::none);
}

TEST(Admission, DrainLetsTheQueueOfEveryTenantRun) {
  UvAsyncIo io;
  Admission admission(io.timer(), 2, 10, kLongMs);
  auto running = admission.enter({"a", 1}).wait(io.waitScope());
  auto held = admission.enter({"a", 1});
  auto drained = admission.drain();
  EXPECT_EQ(admission.enter({"b", 1}).wait(io.waitScope()).refusal, Refusal::draining);
  running.permit = nullptr;
  {
    auto entry = held.wait(io.waitScope());
    EXPECT_EQ(entry.refusal, Refusal::none);
    EXPECT_FALSE(drained.poll(io.waitScope()));
  }
  drained.wait(io.waitScope());
}

TEST(Admission, DrainRefusesNewcomersAndWaitsForTheQueueAndTheRunning) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 5, kLongMs);
  auto running = admission.enter().wait(io.waitScope());
  auto waiting = admission.enter();
  auto drained = admission.drain();
  EXPECT_EQ(admission.enter().wait(io.waitScope()).refusal, Refusal::draining);
  running.permit = nullptr;
  auto next = waiting.wait(io.waitScope());
  EXPECT_EQ(next.refusal, Refusal::none);
  EXPECT_FALSE(drained.poll(io.waitScope()));
  next.permit = nullptr;
  drained.wait(io.waitScope());
}

TEST(Admission, TheQueueCanBeRefusedWhileTheRunningGoOn) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 5, kLongMs);
  auto running = admission.enter().wait(io.waitScope());
  auto waiting = admission.enter();
  auto drained = admission.drain();
  admission.refuseWaiting();
  EXPECT_EQ(waiting.wait(io.waitScope()).refusal, Refusal::draining);
  EXPECT_EQ(admission.enter().wait(io.waitScope()).refusal, Refusal::draining);
  EXPECT_FALSE(drained.poll(io.waitScope()));
  running.permit = nullptr;
  drained.wait(io.waitScope());
}

}  // namespace
}  // namespace brood::supervisor
