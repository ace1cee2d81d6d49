#include "gateway/quotas/tenant_gate.h"

#include <gtest/gtest.h>

#include <list>
#include <random>

#include "tests/unit/gateway/quotas/turned_clock.h"

namespace brood::gateway {
namespace {

using Permit = TenantGate::Permit;

class TenantGateTest : public testing::Test {
 protected:
  void limit(const TenantLimits& limits) {
    KeyFile file;
    file.tenants["acme"] = limits;
    gate_.setLimits(file);
  }
  // The name of the quota that refuses; else the permit is kept.
  std::string admit(const JobAsk& ask = {}) {
    auto result = gate_.admitJob("acme", ask);
    if (const auto* refusal = std::get_if<QuotaRefusal>(&result)) {
      refusal_ = *refusal;
      return refusal->quota;
    }
    permits_.push_back(std::move(std::get<Permit>(result)));
    return "";
  }
  UsageCounters used() { return gate_.book().look("acme", utcDay(clock_.wallMillis())); }

  TurnedClock clock_;
  TenantGate gate_{clock_};
  std::list<Permit> permits_;
  QuotaRefusal refusal_;
};

TEST_F(TenantGateTest, WithoutLimitsAllAreLetIn) {
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(admit({UINT64_MAX, UINT64_MAX}), "");
  EXPECT_EQ(gate_.jobsInFlight("acme"), 1000u);
  EXPECT_TRUE(gate_.quotas("acme").empty());
}

TEST_F(TenantGateTest, AtOnceIsExact) {
  limit({.jobsAtOnce = 3, .jobsQueued = 0});
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "jobs_at_once");
  EXPECT_EQ(refusal_.limit, 3u);
  permits_.pop_front();
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "jobs_at_once");
}

TEST_F(TenantGateTest, TheQueueComesBehindThoseAtOnce) {
  limit({.jobsAtOnce = 1, .jobsQueued = 2});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "jobs_queued");
  limit({.jobsAtOnce = 1});
  EXPECT_EQ(admit(), "");
}

TEST_F(TenantGateTest, NoneAtOnceIsNone) {
  limit({.jobsAtOnce = 0});
  EXPECT_EQ(admit(), "jobs_at_once");
}

TEST_F(TenantGateTest, OneTenantsJobsAreNotAnothers) {
  limit({.jobsAtOnce = 1, .jobsQueued = 0});
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "jobs_at_once");
  EXPECT_TRUE(std::holds_alternative<Permit>(gate_.admitJob("other", {})));
}

TEST_F(TenantGateTest, TheMinuteSaysWhenThereIsMore) {
  limit({.jobsPerMinute = 2});
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "jobs_per_minute");
  EXPECT_EQ(refusal_.retryAfterMs, 30'000u);
  clock_.micros += refusal_.retryAfterMs * 1000;
  EXPECT_EQ(admit(), "");
  EXPECT_EQ(admit(), "jobs_per_minute");
}

TEST_F(TenantGateTest, WhatIsRefusedForSomethingElseCostsNoToken) {
  limit({.jobsAtOnce = 1, .jobsQueued = 0, .jobsPerMinute = 2});
  EXPECT_EQ(admit(), "");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(admit(), "jobs_at_once");
  permits_.clear();
  EXPECT_EQ(admit(), "");
}

TEST_F(TenantGateTest, WhatHasNotRunCostsNothing) {
  limit({.jobsPerMinute = 1});
  EXPECT_EQ(admit(), "");
  permits_.front().undo();
  permits_.clear();
  EXPECT_EQ(used(), UsageCounters());
  EXPECT_EQ(admit(), "");
}

TEST_F(TenantGateTest, TheDaysCpuIsHeldBackUntilItIsKnown) {
  limit({.cpuSecondsPerDay = 10});
  EXPECT_EQ(admit({.cpuMillis = 6000}), "");
  EXPECT_EQ(admit({.cpuMillis = 5000}), "cpu_seconds_per_day");
  EXPECT_EQ(refusal_.retryAfterMs, 1000u);  // The first may use less.
  permits_.front().settle({.cpuMicros = 1'000'000, .wallMicros = 2'000'000});
  permits_.clear();
  EXPECT_EQ(used().cpuMicros, 1'000'000u);
  EXPECT_EQ(admit({.cpuMillis = 9000}), "");
  EXPECT_EQ(admit({.cpuMillis = 1}), "cpu_seconds_per_day");
}

TEST_F(TenantGateTest, WhatIsUsedUpComesBackTomorrow) {
  limit({.cpuSecondsPerDay = 10});
  EXPECT_EQ(admit({.cpuMillis = 10'000}), "");
  permits_.front().settle({.cpuMicros = 10'000'000});
  EXPECT_EQ(admit({.cpuMillis = 1}), "cpu_seconds_per_day");
  const uint64_t wait = refusal_.retryAfterMs;
  EXPECT_GT(wait, 3'600'000u);
  clock_.micros += (wait - 1) * 1000;
  EXPECT_EQ(admit({.cpuMillis = 1}), "cpu_seconds_per_day");
  clock_.micros += 1000;
  EXPECT_EQ(admit({.cpuMillis = 1}), "");
}

TEST_F(TenantGateTest, WithoutNetworkItsQuotaDoesNotMatter) {
  limit({.egressBytesPerDay = 100});
  EXPECT_EQ(admit({.egressBytes = 100}), "");
  EXPECT_EQ(admit({.egressBytes = 1}), "egress_bytes_per_day");
  EXPECT_EQ(admit({.egressBytes = 0}), "");
}

TEST_F(TenantGateTest, AJobThatIsLeftIsChargedForItsTime) {
  limit({.cpuSecondsPerDay = 100});
  EXPECT_EQ(admit({.cpuMillis = 10'000, .cpuMillicores = 2000}), "");
  clock_.turn(3);
  permits_.clear();
  EXPECT_EQ(used().cpuMicros, 6'000'000u);
  EXPECT_EQ(admit({.cpuMillis = 10'000, .cpuMillicores = 2000}), "");
  clock_.turn(3600);
  permits_.clear();
  EXPECT_EQ(used().cpuMicros, 16'000'000u);
  EXPECT_EQ(used().jobs, 2u);
}

TEST_F(TenantGateTest, SessionsAreCountedApart) {
  gate_.countSession("acme");
  EXPECT_EQ(used().sessions, 1u);
  EXPECT_EQ(used().jobs, 0u);
}

TEST_F(TenantGateTest, ACellDoesNotWaitInTheQueue) {
  limit({.jobsAtOnce = 1, .jobsQueued = 5});
  EXPECT_EQ(admit({.mayWait = false}), "");
  EXPECT_EQ(admit({.mayWait = false}), "jobs_at_once");
  EXPECT_EQ(admit(), "");
}

TEST_F(TenantGateTest, NewLimitsHoldForWhatComes) {
  limit({.jobsAtOnce = 4, .jobsQueued = 0});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(admit(), "");
  limit({.jobsAtOnce = 2, .jobsQueued = 0});
  permits_.pop_front();
  permits_.pop_front();
  EXPECT_EQ(admit(), "jobs_at_once");
  permits_.pop_front();
  EXPECT_EQ(admit(), "");
}

TEST_F(TenantGateTest, RefusalsAreCounted) {
  limit({.jobsAtOnce = 0});
  admit();
  admit();
  EXPECT_EQ(used().refused, 2u);
}

TEST_F(TenantGateTest, SaysWhatIsLeft) {
  limit({.jobsAtOnce = 4, .jobsPerMinute = 60, .cpuSecondsPerDay = 10});
  admit({.cpuMillis = 2500});
  const auto quotas = gate_.quotas("acme");
  ASSERT_EQ(quotas.size(), 3u);
  EXPECT_EQ(quotas[0].name, "jobs_at_once");
  EXPECT_EQ(quotas[0].remaining, 3u);
  EXPECT_EQ(quotas[1].name, "jobs_per_minute");
  EXPECT_EQ(quotas[1].remaining, 59u);
  EXPECT_EQ(quotas[2].name, "cpu_seconds_per_day");
  EXPECT_EQ(quotas[2].remaining, 7u);  // CPU time that is held back is not there.
  EXPECT_LE(quotas[2].resetSeconds, 86'400u);
}

TEST_F(TenantGateTest, AnEndedPermitMayOutliveItsMove) {
  limit({.jobsAtOnce = 1, .jobsQueued = 0});
  admit();
  Permit moved = std::move(permits_.front());
  permits_.clear();
  EXPECT_EQ(gate_.jobsInFlight("acme"), 1u);
  moved.settle({});
  EXPECT_EQ(gate_.jobsInFlight("acme"), 0u);
}

// Jobs come in any order, and nothing is ever over its quota.
TEST_F(TenantGateTest, NeverOneMore) {
  limit({.jobsAtOnce = 5, .jobsQueued = 3, .cpuSecondsPerDay = 50, .egressBytesPerDay = 1000});
  std::mt19937 chance(1);
  const auto upTo = [&](uint64_t most) { return chance() % (most + 1); };
  size_t most = 0;
  for (int i = 0; i < 20'000; ++i) {
    clock_.micros += upTo(1000);
    if (upTo(2) > 0) {
      admit({.cpuMillis = upTo(3000), .egressBytes = upTo(50), .cpuMillicores = upTo(4000)});
    } else if (!permits_.empty()) {
      if (upTo(1) == 0) permits_.front().settle({.cpuMicros = upTo(50), .egressBytes = 0});
      permits_.pop_front();
    }
    most = std::max(most, permits_.size());
    ASSERT_LE(permits_.size(), 8u);
    ASSERT_LE(used().cpuMicros, 50'000'000u);
    ASSERT_LE(used().egressBytes, 1000u);
  }
  EXPECT_EQ(most, 8u);
}

}  // namespace
}  // namespace brood::gateway
