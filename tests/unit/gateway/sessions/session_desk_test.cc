#include "gateway/sessions/session_desk.h"

#include <gtest/gtest.h>

#include "tests/unit/gateway/quotas/turned_clock.h"

namespace brood::gateway {
namespace {

class SessionDeskTest : public testing::Test {
 protected:
  SessionDeskTest() { sender_.tenant = "acme"; }

  void limit(const TenantLimits& limits) {
    KeyFile file;
    file.tenants["acme"] = limits;
    gate_.setLimits(file);
  }
  std::string admit(SessionOrder order) {
    const auto error = desk_.admit(sender_, order);
    admitted_ = std::move(order);
    return error ? error->code : "";
  }

  TurnedClock clock_;
  TenantGate gate_{clock_};
  Config config_;
  SessionDesk desk_{{&gate_, nullptr, clock_}, config_};
  Sender sender_;
  SessionOrder admitted_;
};

TEST_F(SessionDeskTest, ATenantHasItsMaximaAndProfiles) {
  limit({.maxima = {{"memory_bytes", 1 << 25}}, .profiles = {{"data"}}});
  EXPECT_EQ(admit({}), "profile_not_allowed");
  SessionOrder order;
  order.profile = "data";
  EXPECT_EQ(admit(order), "");
  EXPECT_EQ(admitted_.limits.memoryBytes, 1u << 25);
  order.limits.memoryBytes = 1 << 26;
  EXPECT_EQ(admit(order), "invalid_limit");
}

TEST_F(SessionDeskTest, TheSupervisorIsToldHowManyMayBeOpen) {
  EXPECT_EQ(desk_.sessionsOf(sender_), 0u);
  limit({.sessions = 3});
  EXPECT_EQ(desk_.sessionsOf(sender_), 3u);
  limit({.sessions = 0});
  EXPECT_EQ(admit({}), "quota_exceeded");
}

TEST_F(SessionDeskTest, OpenedOnesAreCounted) {
  desk_.count(sender_);
  EXPECT_EQ(gate_.book().look("acme", utcDay(clock_.wallMillis())).sessions, 1u);
}

TEST_F(SessionDeskTest, WithoutKeysAllSessionsAreOfNobody) {
  SessionDesk open({nullptr, nullptr, clock_}, config_);
  EXPECT_EQ(open.tenantOf(sender_), "");
  EXPECT_EQ(open.sessionsOf(sender_), 0u);
  EXPECT_EQ(desk_.tenantOf(sender_), "acme");
}

}  // namespace
}  // namespace brood::gateway
