#include "gateway/entry/usage_route.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using UsageRouteTest = GatewayTest;

TEST_F(UsageRouteTest, WithoutKeysNothingIsCounted) {
  startGateway();
  const auto response = ask("GET /v1/usage?tenant=acme HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(response.status, 404u);
  EXPECT_EQ(response.errorCode(), "not_found");
}

}  // namespace
}  // namespace brood::gateway
