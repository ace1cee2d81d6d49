#include "cli/bridge/http_exchange.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

// All that is said of an exchange that has come to nothing.
std::vector<std::string> saidOf(const char* message, CURLcode code) {
  std::vector<std::string> said;
  CURLM* multi = ::curl_multi_init();
  {
    BridgeExchange exchange(multi, "http://127.0.0.1:1/", {}, readBridgeLine(message), message,
                            [&said](std::string text) { said.push_back(std::move(text)); });
    exchange.finish(code);
  }
  ::curl_multi_cleanup(multi);
  return said;
}

TEST(BridgeExchange, ARequestHasAnAnswerInAnyCase) {
  const auto said = saidOf(R"({"jsonrpc":"2.0","id":"x","method":"m"})", CURLE_COULDNT_CONNECT);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("\"id\":\"x\""), std::string::npos);
  EXPECT_NE(said[0].find("cannot be reached"), std::string::npos);
}

TEST(BridgeExchange, ANotificationHasNone) {
  EXPECT_TRUE(saidOf(R"({"jsonrpc":"2.0","method":"m"})", CURLE_COULDNT_CONNECT).empty());
}

}  // namespace
}  // namespace brood::cli
