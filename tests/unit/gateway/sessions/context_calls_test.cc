#include "gateway/sessions/context_calls.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using ContextCallsTest = SessionsTest;

TEST_F(ContextCallsTest, OpensAndListsThem) {
  startGateway();
  const auto opened = post("/v1/sessions/s1/contexts", R"({"language":"bash","name":"b"})");
  EXPECT_EQ(opened.status, 201u);
  EXPECT_EQ(opened.json()["id"], "b");
  EXPECT_EQ(lastCall(), "open bash b");
  const auto listed = get("/v1/sessions/s1/contexts");
  EXPECT_EQ(listed.json()["contexts"][0]["cells"], 3);
}

TEST_F(ContextCallsTest, InterruptsRestartsAndClosesThem) {
  startGateway();
  EXPECT_EQ(post("/v1/sessions/s1/contexts/a%2Fb/interrupt").status, 204u);
  EXPECT_EQ(lastCall(), "interrupt a/b");
  EXPECT_EQ(post("/v1/sessions/s1/contexts/p/restart").json()["id"], "python");
  EXPECT_EQ(lastCall(), "restart p");
  EXPECT_EQ(send("DELETE", "/v1/sessions/s1/contexts/p").status, 204u);
  EXPECT_EQ(lastCall(), "close context p");
}

TEST_F(ContextCallsTest, OneThatIsNotThereIsNotFound) {
  startGateway();
  state().rejectionCode = "context_not_found";
  EXPECT_EQ(post("/v1/sessions/s1/contexts/p/restart").status, 404u);
  EXPECT_EQ(send("DELETE", "/v1/sessions/s1/contexts/p").errorCode(), "context_not_found");
}

}  // namespace
}  // namespace brood::gateway
