#include "egress/proxies/tunnel_run.h"

#include "egress/proxies/hello_guard.h"
#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

class TunnelRunTest : public ProxyTest {
 protected:
  TunnelRunTest() : pipe(kj::newTwoWayPipe()), client(kj::mv(pipe.ends[1]), 32 * 1024) {}
  ~TunnelRunTest() noexcept override = default;

  kj::TwoWayPipe pipe;
  BufferedStream client;
};

TEST_F(TunnelRunTest, AServerMaySpeakFirst) {
  auto running = runTunnel(services, job, live, client, reachServer()).eagerlyEvaluate(nullptr);
  auto accepted = accept();
  write(*accepted, "welcome");
  EXPECT_EQ(read(*pipe.ends[0], 7), "welcome");
  write(*pipe.ends[0], "thanks");
  EXPECT_EQ(read(*accepted, 6), "thanks");
  const auto& use = job.report().allowed().at({"127.0.0.1", port});
  EXPECT_EQ(use.upBytes, 6u);
  EXPECT_EQ(use.downBytes, 7u);
}

TEST_F(TunnelRunTest, MalformedTlsEndsItWithAnAlert) {
  auto running = runTunnel(services, job, live, client, reachServer()).eagerlyEvaluate(nullptr);
  auto accepted = accept();
  write(*pipe.ends[0], std::string("\x16\x03\x01\0\0", 5));
  EXPECT_EQ(read(*pipe.ends[0], unrecognizedNameAlert().size()), unrecognizedNameAlert());
  running.wait(scope());
  EXPECT_EQ(readToEnd(*accepted), "");
  EXPECT_TRUE(job.report().denied().contains({"127.0.0.1", port, "malformed_tls"}));
}

TEST_F(TunnelRunTest, AClientHelloThatDoesNotEndIsRefusedInTime) {
  auto changed = std::make_shared<Settings>(*settings);
  changed->headTimeout = 1 * kj::MILLISECONDS;
  settings = std::move(changed);
  auto reached = reachServer();
  auto begun = pipe.ends[0]->write("\x16\x03\x01", 3).eagerlyEvaluate(nullptr);
  ASSERT_TRUE(client.readMore().wait(scope()));
  begun.wait(scope());
  auto running = runTunnel(services, job, live, client, kj::mv(reached)).eagerlyEvaluate(nullptr);
  EXPECT_EQ(read(*pipe.ends[0], unrecognizedNameAlert().size()), unrecognizedNameAlert());
  running.wait(scope());
  EXPECT_TRUE(job.report().denied().contains({"127.0.0.1", port, "hello_timeout"}));
}

TEST_F(TunnelRunTest, ANewListIsAskedAboutItsTarget) {
  auto running = runTunnel(services, job, live, client, reachServer());
  EXPECT_TRUE(live.isStillAllowed(*settings));
  EXPECT_FALSE(live.isStillAllowed(Settings()));
}

}  // namespace
}  // namespace brood::egress
