#include <capnp/message.h>
#include <gtest/gtest.h>

#include "cli/client/status_text.h"

namespace brood::cli {
namespace {

class StatusTextTest : public testing::Test {
 protected:
  ~StatusTextTest() noexcept override = default;

  StatusTextTest() {
    status_.setVersion("1.2.3");
    status_.setPid(42);
    status_.setUptimeMs(3'720'000);
    status_.setReady(true);
    status_.setCgroup("v1");
    status_.setSlotsReady(4);
    status_.setSlotsTarget(5);
    status_.setJobsTotal(99);
    auto isolation = status_.initIsolation();
    isolation.setLevel("namespaces");
    isolation.setTier("root");
    isolation.initLayers(2);
    isolation.initMissing(1).set(0, "landlock: not used");
    auto canary = status_.initCanary();
    canary.setAgeMs(90'000);
    auto checks = canary.initChecks(3);
    checks[0].setVerdict("held");
    checks[1].setVerdict("broken");
    checks[2].setVerdict("expected");
    auto runtimes = status_.initRuntimes(3);
    runtimes[0].setLanguage("python");
    runtimes[0].setVersion("3.11.2");
    auto profile = runtimes[0].initProfiles(1)[0];
    profile.setName("default");
    profile.setReady(true);
    profile.setIdle(7);
    profile.setTarget(8);
    profile.setStarting(1);
    profile.setZygoteRestarts(2);
    runtimes[1].setLanguage("lua");
    runtimes[1].setVersion("5.4");
    runtimes[2].setLanguage("go");
    runtimes[2].setWhyUnavailable("no such file");
    auto executed = status_.initExecuted();
    executed.setName("executed");
    executed.setReady(true);
    executed.setIdle(1);
    executed.setTarget(4);
    auto refusal = status_.initRefusedManifests(1)[0];
    refusal.setFile("/etc/x.toml");
    refusal.setLine(3);
    refusal.setReason("unknown key 'colour'");
  }

  capnp::MallocMessageBuilder message_;
  rpc::Status::Builder status_ = message_.initRoot<rpc::Status>();
};

TEST_F(StatusTextTest, TellsAllAtAGlance) {
  EXPECT_EQ(statusText(status_),
            "supervisor  ready, version 1.2.3, pid 42, up 1 h 2 min\n"
            "isolation   namespaces, tier root, 2 layers\n"
            "  missing   landlock: not used\n"
            "canary      3 checks 1 min 30 s ago, 1 broken\n"
            "cgroup      v1\n"
            "slots       4 of 5 ready, 0 being torn down\n"
            "jobs        0 running, 0 queued, 99 since the start\n"
            "sessions    0 running, 0 paused, 0 since the start\n"
            "pools\n"
            "  default   python 3.11.2    7 of 8 parked, 1 starting  zygote restarted 2 times\n"
            "  executed  languages below  1 of 4 parked\n"
            "languages\n"
            "  lua      5.4\n"
            "  go            not available: no such file\n"
            "  refused       /etc/x.toml:3: unknown key 'colour'\n");
}

TEST_F(StatusTextTest, NamesTheState) {
  status_.setReady(false);
  status_.setUptimeMs(61'500);
  EXPECT_TRUE(statusText(status_).starts_with(
      "supervisor  warming up, version 1.2.3, pid 42, up 1 min 1 s\n"));
  status_.setDraining(true);
  EXPECT_TRUE(statusText(status_).starts_with("supervisor  draining, "));
}

}  // namespace
}  // namespace brood::cli
