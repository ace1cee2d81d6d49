#include "gateway/jobs/job_desk.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "tests/unit/gateway/quotas/turned_clock.h"

namespace brood::gateway {
namespace {

class JobDeskTest : public testing::Test {
 protected:
  void limit(const TenantLimits& limits) {
    KeyFile file;
    file.tenants["acme"] = limits;
    gate_.setLimits(file);
  }
  JobOrder order() {
    JobOrder made;
    auto sender = std::make_shared<Sender>();
    sender->tenant = "acme";
    made.sender = std::move(sender);
    return made;
  }
  // The code of the refusal; else the ticket is kept.
  std::string admit(const JobOrder& wanted) {
    auto admitted = desk_.admit(wanted);
    if (const auto* error = std::get_if<ApiError>(&admitted)) return error->code;
    ticket_ = std::move(std::get<std::unique_ptr<JobTicket>>(admitted));
    return "";
  }
  UsageCounters used() { return gate_.book().look("acme", utcDay(clock_.wallMillis())); }

  TurnedClock clock_;
  TenantGate gate_{clock_};
  Config config_;
  JobDesk desk_{{&gate_, nullptr, clock_}, config_};
  std::unique_ptr<JobTicket> ticket_;
};

TEST_F(JobDeskTest, AJobWithoutASenderIsOurMistake) {
  EXPECT_EQ(admit(JobOrder()), "internal_error");
}

TEST_F(JobDeskTest, AResultSettlesItsJob) {
  limit({.cpuSecondsPerDay = 10});
  EXPECT_EQ(admit(order()), "");
  EXPECT_EQ(admit(order()), "quota_exceeded");  // The default of a job's CPU time is held back.
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  result.setCpuMicros(2'000'000);
  ticket_->finish(result.asReader());
  ticket_.reset();
  EXPECT_EQ(used().cpuMicros, 2'000'000u);
  EXPECT_EQ(used().jobs, 1u);
}

TEST_F(JobDeskTest, WhatTheSupervisorRefusesCostsNothing) {
  limit({.jobsPerMinute = 1});
  EXPECT_EQ(admit(order()), "");
  ticket_->reject({400, "unknown_language", "", {}, {}});
  ticket_.reset();
  EXPECT_EQ(used().jobs, 0u);
  EXPECT_EQ(admit(order()), "");
}

TEST_F(JobDeskTest, OfACallThatBreaksNobodyKnows) {
  EXPECT_EQ(admit(order()), "");
  clock_.turn(1);
  ticket_->reject({503, "supervisor_unavailable", "", {}, {}});
  ticket_.reset();
  EXPECT_EQ(used().jobs, 1u);
  EXPECT_EQ(used().cpuMicros, 1'000'000u);
}

TEST_F(JobDeskTest, ADefaultIsNotMoreThanTheTenantMayHave) {
  limit({.maxima = {{"cpu_time_ms", 100}}});
  EXPECT_EQ(admit(order()), "");
  capnp::MallocMessageBuilder message;
  auto job = message.initRoot<rpc::Job>();
  writeOrder(order(), job);
  ticket_->write(job);
  EXPECT_EQ(job.getLimits().getCpuTimeMs(), 100u);
  auto wanted = order();
  wanted.limits.cpuTimeMs = 101;
  EXPECT_EQ(admit(wanted), "invalid_limit");
}

}  // namespace
}  // namespace brood::gateway
