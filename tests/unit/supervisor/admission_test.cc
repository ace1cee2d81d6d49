#include "supervisor/admission.h"

#include <gtest/gtest.h>

#include "rpc/uv_io.h"

namespace brood {
namespace {

using Refusal = Admission::Refusal;
constexpr uint64_t kLongMs = 60'000;

TEST(Admission, admitsUpToTheMaximumThenQueuesInOrder) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 10, kLongMs);
  auto first = admission.enter().wait(io.waitScope());
  EXPECT_EQ(first.refusal, Refusal::none);
  std::string order;
  auto second = admission.enter().then([&](Admission::Entry entry) {
    order += "2";
    return entry;
  }).eagerlyEvaluate(nullptr);
  auto third = admission.enter().then([&](Admission::Entry entry) {
    order += "3";
    return entry;
  }).eagerlyEvaluate(nullptr);
  EXPECT_EQ(admission.queued(), 2u);
  first.permit = nullptr;
  { auto entry = second.wait(io.waitScope()); }
  third.wait(io.waitScope());
  EXPECT_EQ(order, "23");
  EXPECT_EQ(admission.running(), 0u);
}

TEST(Admission, entersAtOnceUnlessItWouldHaveToWait) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, 1000);
  auto first = admission.enterNow();
  EXPECT_TRUE(first != nullptr);
  EXPECT_EQ(admission.running(), 1u);
  EXPECT_TRUE(admission.enterNow() == nullptr);
  first = nullptr;
  EXPECT_TRUE(admission.enterNow() != nullptr);
}

TEST(Admission, refusesBeyondTheQueue) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, kLongMs);
  auto running = admission.enter().wait(io.waitScope());
  auto waiting = admission.enter();
  EXPECT_EQ(admission.enter().wait(io.waitScope()).refusal, Refusal::queueFull);
}

TEST(Admission, waitsNoLongerThanTheDeadline) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, 1);
  auto running = admission.enter().wait(io.waitScope());
  EXPECT_EQ(admission.enter().wait(io.waitScope()).refusal, Refusal::queueTimeout);
  EXPECT_EQ(admission.queued(), 0u);
}

TEST(Admission, aWaiterWhoLeavesGivesUpItsPlace) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 1, kLongMs);
  auto running = admission.enter().wait(io.waitScope());
  { auto leaver = admission.enter(); }
  EXPECT_EQ(admission.queued(), 0u);
  auto stays = admission.enter();
  running.permit = nullptr;
  EXPECT_EQ(stays.wait(io.waitScope()).refusal, Refusal::none);
}

TEST(Admission, drainRefusesTheQueueAndWaitsForTheRunning) {
  UvAsyncIo io;
  Admission admission(io.timer(), 1, 5, kLongMs);
  auto running = admission.enter().wait(io.waitScope());
  auto waiting = admission.enter();
  auto drained = admission.drain();
  EXPECT_EQ(waiting.wait(io.waitScope()).refusal, Refusal::draining);
  EXPECT_EQ(admission.enter().wait(io.waitScope()).refusal, Refusal::draining);
  EXPECT_FALSE(drained.poll(io.waitScope()));
  running.permit = nullptr;
  drained.wait(io.waitScope());
}

}  // namespace
}  // namespace brood
