#include "gateway/http/origin_policy.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

HttpRequest request(std::optional<std::string> host, std::optional<std::string> origin = {},
                    std::optional<std::string> fetchSite = {}) {
  HttpRequest request;
  request.host = std::move(host);
  request.origin = std::move(origin);
  request.fetchSite = std::move(fetchSite);
  return request;
}

GatewayConfig config() {
  GatewayConfig config;
  config.allowedOrigins = {"https://App.example", "http://localhost:3000"};
  config.allowedHosts = {"brood.internal", "proxy.example:8443"};
  return config;
}

struct Case {
  HttpRequest request;
  unsigned status;  // 200: passes.
};

void expect(const OriginPolicy& policy, const std::vector<Case>& cases) {
  for (const auto& each : cases) {
    const auto refusal = policy.refusal(each.request);
    const std::string what = each.request.host.value_or("-") + " " +
                             each.request.origin.value_or("-") + " " +
                             each.request.fetchSite.value_or("-");
    EXPECT_EQ(refusal ? refusal->status : 200u, each.status) << what;
    if (each.status == 421) {
      EXPECT_EQ(refusal->code, "host_not_allowed") << what;
    }
    if (each.status == 403) {
      EXPECT_EQ(refusal->code, "origin_not_allowed") << what;
    }
  }
}

TEST(OriginPolicy, OnLoopbackOnlyNamesOfThisMachineAreHosts) {
  expect(OriginPolicy(config(), true), {
                                           {request({}), 200},  // HTTP/1.0.
                                           {request("localhost"), 200},
                                           {request("LocalHost:8080"), 200},
                                           {request("127.0.0.1:1"), 200},
                                           {request("[::1]"), 200},
                                           {request("[::1]:8080"), 200},
                                           {request("brood.internal:80"), 200},
                                           {request("proxy.example:8443"), 200},
                                           {request("proxy.example"), 421},
                                           {request("evil.example"), 421},
                                           {request("localhost.evil.example"), 421},
                                           {request("localhost:8080.evil.example"), 421},
                                           {request("127.0.0.1.evil.example:8080"), 421},
                                           {request("[::1].evil.example"), 421},
                                           {request(""), 421},
                                           {request(":8080"), 421},
                                       });
  GatewayConfig other;
  other.host = "::1";
  expect(OriginPolicy(other, true), {{request("[::1]:8080"), 200}, {request("x"), 421}});
  other.host = "127.3.4.5";
  expect(OriginPolicy(other, true), {{request("127.3.4.5:8080"), 200}});
}

TEST(OriginPolicy, ElsewhereAnyNameIsAHost) {
  expect(OriginPolicy(config(), false), {{request("brood.example"), 200}});
}

TEST(OriginPolicy, PagesOfOthersMayNotAsk) {
  expect(OriginPolicy(config(), true),
         {
             {request("localhost:8080", "http://localhost:8080"), 200},
             {request("localhost:8080", "https://localhost:8080", "same-origin"), 200},
             {request("localhost:8080", {}, "none"), 200},
             {request("localhost:8080", {}, "same-origin"), 200},
             {request("localhost:8080", "https://app.example"), 200},
             {request("localhost:8080", "https://app.example", "cross-site"), 200},
             {request("localhost:8080", "http://localhost:3000", "same-site"), 200},
             {request("localhost:8080", "http://localhost:3001", "same-site"), 403},
             {request("localhost:8080", "http://localhost"), 403},
             {request("localhost:8080", "http://127.0.0.1:8080"), 403},
             {request("localhost:8080", "https://evil.example"), 403},
             {request("localhost:8080", "https://app.example.evil.example"), 403},
             {request("localhost:8080", "null"), 403},
             {request("localhost:8080", ""), 403},
             {request("localhost:8080", {}, "cross-site"), 403},
             {request("localhost:8080", {}, "Cross-Site"), 403},
             {request("localhost:8080", {}, "same-site"), 403},
             {request("localhost:8080", {}, "something-new"), 403},
             {request("localhost:8080", "http://localhost:8080", "cross-site"), 403},
         });
}

TEST(OriginPolicy, MessagesStayShort) {
  const auto refusal = OriginPolicy(config(), true).refusal(request(std::string(10'000, 'x')));
  ASSERT_TRUE(refusal);
  EXPECT_LT(refusal->message.size(), 300u);
}

}  // namespace
}  // namespace brood::gateway
