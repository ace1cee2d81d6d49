#include "gateway/sessions/command_follower.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using CommandFollowerTest = SessionsTest;
using Follow = FakeSessionState::Contexts::FollowContext;

TEST_F(CommandFollowerTest, GivesWhatWasWrittenAndHowItEnded) {
  startGateway();
  state().onFollow = [](Follow context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    return sendOutput(sink, rpc::OutputStream::STDOUT, "old")
        .then([sink]() mutable { return sink.exitedRequest().send().ignoreResult(); })
        .then([context]() mutable {
          auto command = context.getResults().initOutcome().initResult().initCommand();
          command.setId("c1");
          command.setSignal("SIGKILL");
        });
  };
  const auto events = this->events("GET", "/v1/sessions/s1/commands/c1/events");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].data["data"], "old");
  EXPECT_EQ(events[1].name, "exit");
  EXPECT_EQ(events[1].data["command"]["signal"], "SIGKILL");
  EXPECT_EQ(events[1].data["result"], nullptr);
}

TEST_F(CommandFollowerTest, OneThatIsNotThereIsNotFound) {
  startGateway();
  state().rejectionCode = "command_not_found";
  EXPECT_EQ(get("/v1/sessions/s1/commands/c9/events").status, 404u);
}

}  // namespace
}  // namespace brood::gateway
