#include "gateway/entry/entry_guard.h"

#include <gtest/gtest.h>

#include "tests/unit/gateway/quotas/turned_clock.h"

namespace brood::gateway {
namespace {

class EntryGuardTest : public testing::Test {
 protected:
  EntryGuardTest() {
    KeyFile file;
    file.keys.push_back({"k_1", "acme", sha256("run-key"), {true, false, false}, 0, {}, {}, ""});
    authenticator_.setRing(std::make_shared<const KeyRing>(std::move(file)));
  }

  HttpRequest request(const std::string& key) {
    HttpRequest made;
    made.apiKey = key;
    return made;
  }

  TurnedClock clock_;
  Authenticator authenticator_{{true, false}, clock_};
  EntryGuard guard_{authenticator_, nullptr, clock_};
};

TEST_F(EntryGuardTest, AGoodRequestHasASender) {
  auto good = request("run-key");
  EXPECT_FALSE(guard_.refuse(good, Need::run, {"192.0.2.1:5"}));
  ASSERT_TRUE(good.sender);
  EXPECT_EQ(good.sender->tenant, "acme");
  EXPECT_EQ(good.sender->keyId, "k_1");
  EXPECT_EQ(good.sender->peer, "192.0.2.1:5");
  EXPECT_FALSE(good.sender->span);
  EXPECT_FALSE(good.apiKey);  // Read, and gone.
}

TEST_F(EntryGuardTest, ABadOneHasNone) {
  auto bad = request("other-key");
  const auto response = guard_.refuse(bad, Need::run, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 401u);
  EXPECT_FALSE(bad.sender);
  EXPECT_NE(guard_.metrics().find("brood_access_refusals_total{code=\"invalid_key\"} 1\n"),
            std::string::npos);
}

TEST_F(EntryGuardTest, RequestsHaveIds) {
  auto one = request("run-key"), other = request("run-key"), own = request("run-key");
  own.requestId = "mine-1";
  guard_.refuse(one, Need::run, {});
  guard_.refuse(other, Need::run, {});
  guard_.refuse(own, Need::run, {});
  EXPECT_TRUE(one.sender->requestId.starts_with("r_"));
  EXPECT_NE(one.sender->requestId, other.sender->requestId);
  EXPECT_EQ(own.sender->requestId, "mine-1");
  for (const auto& id : {std::string(), std::string(200, 'a'), std::string("a b"),
                         std::string("a\x1b"), std::string("\xc3\xa4")}) {
    auto strange = request("run-key");
    strange.requestId = id;
    guard_.refuse(strange, Need::run, {});
    EXPECT_TRUE(strange.sender->requestId.starts_with("r_")) << id;
  }
}

}  // namespace
}  // namespace brood::gateway
