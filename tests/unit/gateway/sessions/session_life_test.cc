#include "gateway/sessions/session_life.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using SessionLifeTest = SessionsTest;

TEST_F(SessionLifeTest, OpensOne) {
  startGateway();
  const auto response = post("/v1/sessions", R"({"language":"python","ttl_ms":60000})");
  EXPECT_EQ(response.status, 201u);
  EXPECT_EQ(response.headers.at("location"), "/v1/sessions/s1");
  const auto info = response.json();
  EXPECT_EQ(info["id"], "s1");
  EXPECT_EQ(info["state"], "running");
  EXPECT_EQ(info["metadata"], (nlohmann::json{{"a\"b", "c"}}));
  EXPECT_EQ(info["contexts"][0]["state"], "idle");
  EXPECT_EQ(info["commands"][0]["exit_code"], nullptr);
  EXPECT_EQ(info["limits"]["memory_bytes"], 9);
  EXPECT_EQ(lastCall(), "open python");
  EXPECT_EQ(state().openedTenant, "");
}

TEST_F(SessionLifeTest, OpensOneThatSaysNothing) {
  startGateway();
  EXPECT_EQ(send("POST", "/v1/sessions", "", "").status, 201u);
}

TEST_F(SessionLifeTest, RefusesAWrongRequestBeforeTheSupervisorIsAsked) {
  startGateway();
  EXPECT_EQ(post("/v1/sessions", R"({"ttl_ms":0})").errorCode(), "invalid_value");
  EXPECT_EQ(post("/v1/sessions", R"({"langauge":"python"})").errorCode(), "unknown_field");
  EXPECT_EQ(send("POST", "/v1/sessions", "{}", "Content-Type: text/plain\r\n").status, 415u);
  EXPECT_TRUE(state().calls.empty());
}

TEST_F(SessionLifeTest, PassesARefusalOn) {
  startGateway();
  state().rejectionKind = rpc::RejectionKind::OVERLOADED;
  state().rejectionCode = "too_many_sessions";
  const auto response = post("/v1/sessions");
  EXPECT_EQ(response.status, 429u);
  EXPECT_EQ(response.errorCode(), "too_many_sessions");
}

TEST_F(SessionLifeTest, ListsByLabelsAndPages) {
  startGateway();
  const auto response = get("/v1/sessions?metadata.a=b%20c&metadata.d=&limit=7&cursor=s0");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["sessions"][0]["id"], "s1");
  EXPECT_EQ(response.json()["next"], "s1");
  EXPECT_EQ(lastCall(), "list 7 s0 a=b c d=");
  EXPECT_EQ(get("/v1/sessions?limit=0").errorCode(), "invalid_value");
  EXPECT_EQ(get("/v1/sessions?limit=12x").errorCode(), "invalid_value");
  EXPECT_EQ(get("/v1/sessions?cursor=%00").errorCode(), "invalid_value");
}

TEST_F(SessionLifeTest, ShowsAndChangesOne) {
  startGateway();
  EXPECT_EQ(get("/v1/sessions/s1").json()["usage"]["memory_bytes"], 7);
  EXPECT_EQ(send("PATCH", "/v1/sessions/s1", R"({"ttl_ms":5})").json()["id"], "s1");
  EXPECT_EQ(lastCall(), "update 5 0 as before 0");
  send("PATCH", "/v1/sessions/s1", R"({"metadata":{}})");
  EXPECT_EQ(lastCall(), "update 0 0 metadata 0");
  send("PATCH", "/v1/sessions/s1", R"({"metadata":{"a":"b"},"idle_timeout_ms":9})");
  EXPECT_EQ(lastCall(), "update 0 9 metadata 1");
}

TEST_F(SessionLifeTest, PausesResumesAndCloses) {
  startGateway();
  EXPECT_EQ(post("/v1/sessions/s1/pause").status, 204u);
  EXPECT_EQ(lastCall(), "pause");
  EXPECT_EQ(post("/v1/sessions/s1/resume").status, 204u);
  EXPECT_EQ(lastCall(), "resume");
  EXPECT_EQ(send("DELETE", "/v1/sessions/s1").status, 204u);
  EXPECT_EQ(lastCall(), "close");
}

}  // namespace
}  // namespace brood::gateway
