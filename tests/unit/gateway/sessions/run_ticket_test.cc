#include "gateway/sessions/run_ticket.h"

#include <gtest/gtest.h>

#include "tests/unit/gateway/quotas/turned_clock.h"

namespace brood::gateway {
namespace {

class RunTicketTest : public testing::Test {
 protected:
  RunTicketTest() {
    KeyFile file;
    file.tenants["acme"] = {.jobsAtOnce = 1, .jobsQueued = 5};
    gate_.setLimits(file);
    auto sender = std::make_shared<Sender>();
    sender->tenant = "acme";
    order_.sender = std::move(sender);
    order_.kind = JobOrder::Kind::cell;
    order_.sessionId = "s1";
  }
  std::optional<ApiError> admit() {
    auto admitted = desk_.admit(order_);
    if (auto* error = std::get_if<ApiError>(&admitted)) return std::move(*error);
    ticket_ = std::move(std::get<std::unique_ptr<JobTicket>>(admitted));
    return {};
  }
  uint64_t jobs() { return gate_.book().look("acme", utcDay(clock_.wallMillis())).jobs; }

  TurnedClock clock_;
  TenantGate gate_{clock_};
  Config config_;
  JobDesk desk_{{&gate_, nullptr, clock_}, config_};
  JobOrder order_;
  std::unique_ptr<JobTicket> ticket_;
};

TEST_F(RunTicketTest, ACellCountsAsAJobAndDoesNotQueue) {
  ASSERT_FALSE(admit());
  const auto held = std::move(ticket_);
  EXPECT_EQ(admit()->code, "quota_exceeded");
  EXPECT_EQ(gate_.jobsInFlight("acme"), 1u);
}

TEST_F(RunTicketTest, WhatIsLetGoIsInFlightNoMore) {
  ASSERT_FALSE(admit());
  RunTicket ticket(std::move(ticket_));
  ticket.letGo("c1");
  EXPECT_EQ(gate_.jobsInFlight("acme"), 0u);
  EXPECT_EQ(jobs(), 1u);
}

TEST_F(RunTicketTest, TheTimeOfACellHasItsTenantsMaximum) {
  KeyFile file;
  file.tenants["acme"] = {.maxima = {{"wall_time_ms", 100}}, .profiles = {{"data"}}};
  gate_.setLimits(file);
  EXPECT_FALSE(admit());
  order_.limits.wallTimeMs = 101;
  EXPECT_EQ(admit()->field, "timeout_ms");
}

TEST_F(RunTicketTest, WithoutADeskNothingIsTold) {
  RunTicket ticket(nullptr);
  ticket.letGo("c1");
  EXPECT_EQ(ticket.reject({503, "unavailable", "", {}, {}}).code, "unavailable");
}

}  // namespace
}  // namespace brood::gateway
