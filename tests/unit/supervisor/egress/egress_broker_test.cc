#include "supervisor/egress/egress_broker.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <memory>

#include "base/start_error.h"
#include "tests/unit/supervisor/egress/running_broker.h"

namespace brood::supervisor {
namespace {

class EgressBrokerTest : public testing::Test {
 protected:
  EgressBrokerTest() { broker().whenReady().wait(waitScope()); }
  ~EgressBrokerTest() noexcept override = default;

  EgressBroker& broker() { return running_.broker; }
  kj::WaitScope& waitScope() { return running_.io.waitScope(); }
  kj::Own<EgressSeat> newSeat() {
    auto plan = broker().plan();
    auto sockets = RunningBroker::listeners(plan->size(), port_);
    return broker().seat(plan, std::move(sockets)).wait(waitScope());
  }
  // The whole of what the proxy answers.
  std::string ask(const std::string& request) {
    OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0) {
      return "refused";
    }
    EXPECT_EQ(::write(fd.get(), request.data(), request.size()), ssize_t(request.size()));
    std::string answer;
    char buffer[4096];
    for (ssize_t count; (count = ::read(fd.get(), buffer, sizeof(buffer))) > 0;) {
      answer.append(buffer, static_cast<size_t>(count));
    }
    return answer;
  }

  RunningBroker running_{{"web.example", "db.example:5432"}};
  uint16_t port_ = 0;
};

constexpr const char* kUnlisted =
    "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n";

TEST_F(EgressBrokerTest, AJobIsRefusedWhatIsNotListedAndTheReportSaysSo) {
  auto seat = newSeat();
  seat->startJob({}).wait(waitScope());
  EXPECT_EQ(ask(kUnlisted).substr(0, 13), "HTTP/1.1 403 ");
  const auto report = seat->endJob().wait(waitScope());
  EXPECT_FALSE(report.isLost);
  ASSERT_EQ(report.denied.size(), 1u);
  EXPECT_EQ(report.denied[0].host, "evil.example");
  EXPECT_EQ(ask(kUnlisted), "refused") << "its listeners have ended with the job";
}

TEST_F(EgressBrokerTest, ASeatThatIsGivenUpTakesItsListenersAlong) {
  { auto seat = newSeat(); }
  broker().askStatus().wait(waitScope());
  EXPECT_EQ(ask(kUnlisted), "refused");
}

TEST_F(EgressBrokerTest, ItsDeathOutdatesSeatsAndAnotherOneIsStarted) {
  // The broker has these longer than this test: its end is told as well.
  struct Told {
    int times = 0;
    kj::PromiseFulfillerPair<void> first = kj::newPromiseAndFulfiller<void>();
  };
  auto told = std::make_shared<Told>();
  broker().onOutdated([told]() {
    ++told->times;
    told->first.fulfiller->fulfill();
  });
  auto seat = newSeat();
  EXPECT_TRUE(seat->isCurrent());
  const pid_t first = broker().info().pid;
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  told->first.promise.wait(waitScope());
  broker().whenReady().wait(waitScope());
  EXPECT_EQ(told->times, 1);
  EXPECT_NE(broker().info().pid, first);
  EXPECT_EQ(broker().info().restarts, 1u);
  EXPECT_FALSE(seat->isCurrent());
  EXPECT_NE(kj::runCatchingExceptions([&]() { seat->startJob({}).wait(waitScope()); }), nullptr);
  EXPECT_EQ(ask(kUnlisted), "refused");
  EXPECT_TRUE(newSeat()->isCurrent());
}

TEST_F(EgressBrokerTest, AnotherListOutdatesSeatsAndAWrongOneChangesNothing) {
  auto seat = newSeat();
  EgressConfig wrong = RunningBroker::configOf({"web.example"});
  wrong.aliases = {{.name = "a", .origin = "https://x y", .headers = {}}};
  EXPECT_NE(kj::runCatchingExceptions([&]() { broker().reload(wrong).wait(waitScope()); }),
            nullptr);
  EXPECT_TRUE(seat->isCurrent());
  EXPECT_EQ(broker().plan()->size(), 4u);
  broker().reload(RunningBroker::configOf({"other.example"})).wait(waitScope());
  EXPECT_FALSE(seat->isCurrent());
  EXPECT_EQ(broker().plan()->size(), 3u);
  EXPECT_EQ(broker().config().allow, std::vector<std::string>{"other.example"});
}

TEST(EgressBroker, AListThatIsNoneIsNotStartedWith) {
  UvAsyncIo io;
  Reaper reaper(io.port());
  EXPECT_THROW(EgressBroker(io.port(), reaper, {}, RunningBroker::configOf({"a b"})), StartError);
}

}  // namespace
}  // namespace brood::supervisor
