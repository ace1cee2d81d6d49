#include "gateway/sessions/session_calls.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using SessionCallsTest = SessionsTest;

TEST_F(SessionCallsTest, ASessionOfAnotherTenantIsNotThere) {
  startGateway();
  EXPECT_EQ(get("/v1/sessions/s1").status, 200u);
  state().tenant = "other";
  const auto foreign = get("/v1/sessions/s1");
  EXPECT_EQ(foreign.status, 404u);
  EXPECT_EQ(foreign.body, get("/v1/sessions/nothing").body);
}

TEST_F(SessionCallsTest, OneThatHasBeenIsGone) {
  startGateway();
  const auto response = post("/v1/sessions/old/execute", R"({"code":"1"})");
  EXPECT_EQ(response.status, 410u);
  EXPECT_EQ(response.errorCode(), "session_closed");
}

TEST_F(SessionCallsTest, NamesInPathsAreDecoded) {
  startGateway();
  EXPECT_EQ(get("/v1/sessions/%731").status, 200u);
  EXPECT_EQ(get("/v1/sessions/%").errorCode(), "invalid_path");
  EXPECT_EQ(get("/v1/sessions/s%00").errorCode(), "invalid_path");
  EXPECT_EQ(get("/v1/sessions/s1/").status, 404u);
}

TEST_F(SessionCallsTest, WithoutASupervisorItIsSaid) {
  startGateway();
  stopSupervisor();
  EXPECT_EQ(get("/v1/sessions/s1").errorCode(), "supervisor_unavailable");
  EXPECT_EQ(get("/v1/sessions").status, 503u);
  EXPECT_EQ(post("/v1/sessions").status, 503u);
}

TEST_F(SessionCallsTest, AConflictIsOne) {
  startGateway();
  state().rejectionKind = rpc::RejectionKind::CONFLICT;
  state().rejectionCode = "session_paused";
  const auto response = post("/v1/sessions/s1/execute", R"({"code":"1"})");
  EXPECT_EQ(response.status, 409u);
  EXPECT_EQ(response.errorCode(), "session_paused");
}

}  // namespace
}  // namespace brood::gateway
