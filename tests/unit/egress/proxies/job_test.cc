#include "egress/proxies/job.h"

#include <kj/debug.h>

#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

class JobTest : public ProxyTest, protected kj::TaskSet::ErrorHandler {
 protected:
  JobTest() : tasks(*this) {}
  ~JobTest() noexcept override = default;

  std::unique_ptr<Job> jobWith(const JobLimits& limits) {
    return std::make_unique<Job>(limits, Narrowing::everythingAllowed(), tenant, io.timer(),
                                 counters);
  }
  static kj::Promise<void> forever(LiveConnection&) { return kj::NEVER_DONE; }
  static kj::Promise<void> briefly(LiveConnection&) { return kj::READY_NOW; }

  int failures = 0;
  kj::TaskSet tasks;

 private:
  void taskFailed(kj::Exception&&) override { ++failures; }
};

TEST_F(JobTest, AdmitsAsManyAsItMayHaveAtOnce) {
  JobLimits limits;
  limits.connectionsAtOnce = 1;
  auto limited = jobWith(limits);
  EXPECT_FALSE(limited->admit(briefly, tasks));
  tasks.onEmpty().wait(scope());
  EXPECT_EQ(limited->connectionCount(), 0u);
  {
    kj::TaskSet held(*this);
    EXPECT_FALSE(limited->admit(forever, held));
    EXPECT_EQ(limited->admit(forever, held)->rule, "connections_at_once");
    EXPECT_EQ(tenant.connections, 1u);
  }
  EXPECT_EQ(tenant.connections, 0u);
}

TEST_F(JobTest, AdmitsNoMoreThanItsTenantMayHaveAtOnce) {
  JobLimits ofTenant;
  ofTenant.connectionsAtOnce = 1;
  TenantUse shared(ofTenant);
  Job first(JobLimits(), Narrowing::everythingAllowed(), shared, io.timer(), counters);
  Job second(JobLimits(), Narrowing::everythingAllowed(), shared, io.timer(), counters);
  kj::TaskSet held(*this);
  EXPECT_FALSE(first.admit(forever, held));
  EXPECT_EQ(second.admit(forever, held)->rule, "tenant.connections_at_once");
}

TEST_F(JobTest, AdmitsAsManyAsItMayHaveInAll) {
  JobLimits limits;
  limits.connectionsInAll = 2;
  auto limited = jobWith(limits);
  EXPECT_FALSE(limited->admit(briefly, tasks));
  EXPECT_FALSE(limited->admit(briefly, tasks));
  EXPECT_TRUE(limited->isUsedUp());
  EXPECT_EQ(limited->admit(briefly, tasks)->rule, "connections_in_all");
  tasks.onEmpty().wait(scope());
}

TEST_F(JobTest, LetsItsBytesPassAndNoMore) {
  JobLimits limits;
  limits.bytesDown = 10;
  auto limited = jobWith(limits);
  auto& use = limited->report().noteAllowed("a.example", 443);
  limited->pass(use, Direction::down, 10).wait(scope());
  limited->pass(use, Direction::up, 1000).wait(scope());
  EXPECT_NE(
      kj::runCatchingExceptions([&] { limited->pass(use, Direction::down, 1).wait(scope()); }),
      nullptr);
  EXPECT_EQ(use.downBytes, 10u);
  EXPECT_EQ(use.upBytes, 1000u);
  EXPECT_EQ(counters.downBytes, 10u);
  EXPECT_TRUE(limited->report().denied().contains({"", 0, "limit"}));
}

TEST_F(JobTest, ANewListEndsWhatItDoesNotAllow) {
  EXPECT_FALSE(job.admit(
      [](LiveConnection& connection) -> kj::Promise<void> {
        connection.isStillAllowed = [](const Settings& current) {
          return !current.policy.isEmpty();
        };
        return kj::NEVER_DONE;
      },
      tasks));
  job.recheck(*settings);
  EXPECT_EQ(job.connectionCount(), 1u);
  job.recheck(Settings());
  tasks.onEmpty().wait(scope());
  EXPECT_EQ(job.connectionCount(), 0u);
  EXPECT_EQ(failures, 1);
}

}  // namespace
}  // namespace brood::egress
