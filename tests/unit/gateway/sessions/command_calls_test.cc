#include "gateway/sessions/command_calls.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using CommandCallsTest = SessionsTest;

TEST_F(CommandCallsTest, WaitsForOneInTheForeground) {
  startGateway();
  const auto response = post("/v1/sessions/s1/commands", R"({"argv":["ls","-l"]})");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["command"]["exit_code"], 0);
  EXPECT_EQ(response.json()["result"]["status"], "ok");
  EXPECT_EQ(lastCall(), "start ls -l");
}

TEST_F(CommandCallsTest, ALineIsForAShell) {
  startGateway();
  post("/v1/sessions/s1/commands", R"({"command":"a | b"})");
  EXPECT_EQ(lastCall(), "start /bin/bash -lc a | b");
}

TEST_F(CommandCallsTest, StartsOneInTheBackground) {
  startGateway();
  const auto response = post("/v1/sessions/s1/commands", R"({"argv":["x"],"background":true})");
  EXPECT_EQ(response.status, 201u);
  EXPECT_EQ(response.json()["command"]["running"], true);
  EXPECT_EQ(response.json()["result"], nullptr);
}

TEST_F(CommandCallsTest, IsSpokenTo) {
  startGateway();
  EXPECT_EQ(post("/v1/sessions/s1/commands/c1/stdin", R"({"data":"hi","close":true})").status,
            204u);
  EXPECT_EQ(lastCall(), "input c1 hi end");
  post("/v1/sessions/s1/commands/c1/stdin", R"({"data":"aGk=","encoding":"base64"})");
  EXPECT_EQ(lastCall(), "input c1 hi");
  EXPECT_EQ(post("/v1/sessions/s1/commands/c1/signal", R"({"signal":"SIGINT"})").status, 204u);
  EXPECT_EQ(lastCall(), "signal c1 2");
  EXPECT_EQ(post("/v1/sessions/s1/commands/c1/signal", R"({"signal":"SIGX"})").errorCode(),
            "invalid_value");
  EXPECT_EQ(post("/v1/sessions/s1/commands/c1/resize", R"({"rows":4,"cols":5})").status, 204u);
  EXPECT_EQ(lastCall(), "resize 4x5");
  EXPECT_EQ(send("DELETE", "/v1/sessions/s1/commands/c1").status, 204u);
  EXPECT_EQ(lastCall(), "signal c1 9");
}

TEST_F(CommandCallsTest, AreListed) {
  startGateway();
  EXPECT_EQ(get("/v1/sessions/s1/commands").json()["commands"][0]["tag"], "mine");
}

TEST_F(CommandCallsTest, EventsOfOneInTheBackgroundAreFollowed) {
  startGateway();
  const auto events =
      this->events("POST", "/v1/sessions/s1/commands", R"({"argv":["x"],"background":true})");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "exit");
  EXPECT_EQ(events[0].data["command"]["id"], "c1");
}

}  // namespace
}  // namespace brood::gateway
