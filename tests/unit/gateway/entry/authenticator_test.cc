#include "gateway/entry/authenticator.h"

#include <gtest/gtest.h>

#include "gateway/access/api_key.h"
#include "tests/unit/gateway/quotas/turned_clock.h"

namespace brood::gateway {
namespace {

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    KeyFile file;
    file.keys.push_back({"k_run", "acme", sha256("run-key"), {true, false, false}, 0, {}, {}, ""});
    file.keys.push_back({"k_all", "acme", sha256("all-key"), {true, true, true}, 0, {}, {}, ""});
    file.keys.push_back({"k_old",
                         "acme",
                         sha256("old-key"),
                         {true, false, false},
                         0,
                         clock_.wallMillis() + 1000,
                         {},
                         ""});
    file.keys.push_back({"k_gone", "acme", sha256("gone-key"), {true, false, false}, 0, {}, 1, ""});
    authenticator_.setRing(std::make_shared<const KeyRing>(std::move(file)));
  }

  // The tenant, or the code of the refusal.
  std::string identify(const std::optional<std::string>& key, Need need = Need::run) {
    HttpRequest request;
    if (key) request.authorization = "Bearer " + *key;
    auto identity = authenticator_.identify(request, need);
    if (auto* refusal = std::get_if<Authenticator::Refusal>(&identity)) {
      refusal_ = *refusal;
      return std::to_string(refusal->error.status) + " " + refusal->error.code;
    }
    return std::get<Authenticator::Identity>(identity).tenant;
  }

  TurnedClock clock_;
  Authenticator authenticator_{{true, false}, clock_};
  Authenticator::Refusal refusal_;
};

TEST_F(AuthenticatorTest, KnowsATenantByItsKey) {
  EXPECT_EQ(identify("run-key"), "acme");
  EXPECT_EQ(identify(std::nullopt), "401 missing_key");
  EXPECT_EQ(identify("other-key"), "401 invalid_key");
  EXPECT_EQ(identify(""), "401 invalid_key");
}

TEST_F(AuthenticatorTest, ACertificateStandsForAKeyWhereNoneIsPresented) {
  KeyFile file;
  file.keys.push_back({"k_1", "acme", sha256("run-key"), {true, false, false}, 0, {}, {}, ""});
  file.keys.push_back({"k_2", "other", {}, {true, false, false}, 0, {}, {}, "", "ci.test"});
  authenticator_.setRing(std::make_shared<const KeyRing>(std::move(file)));
  const auto tenantOf = [&](const HttpRequest& request, const std::string& certificate) {
    auto identity = authenticator_.identify(request, Need::run, certificate);
    if (auto* refusal = std::get_if<Authenticator::Refusal>(&identity)) return refusal->error.code;
    return std::get<Authenticator::Identity>(identity).tenant;
  };
  HttpRequest request;
  EXPECT_EQ(tenantOf(request, "ci.test"), "other");
  EXPECT_EQ(tenantOf(request, "unknown.test"), "invalid_key");
  EXPECT_EQ(tenantOf(request, ""), "missing_key");
  request.apiKey = "run-key";
  EXPECT_EQ(tenantOf(request, "ci.test"), "acme");
  request.apiKey = "ci.test";
  EXPECT_EQ(tenantOf(request, "ci.test"), "invalid_key");
}

TEST_F(AuthenticatorTest, SaysThatAKeyWasCopiedInPart) {
  const std::string key = makeApiKey(KeyForm::brood);
  identify(key);
  EXPECT_EQ(refusal_.error.message, "there is no such key");
  identify(key.substr(0, key.size() - 1));
  EXPECT_NE(refusal_.error.message.find("not complete"), std::string::npos);
}

TEST_F(AuthenticatorTest, SaysWhatHasBecomeOfAKey) {
  EXPECT_EQ(identify("old-key"), "acme");
  clock_.turn(1);
  EXPECT_EQ(identify("old-key"), "401 key_expired");
  EXPECT_EQ(refusal_.known.keyId, "k_old");
  EXPECT_EQ(identify("gone-key"), "401 key_revoked");
}

TEST_F(AuthenticatorTest, AKeyIsGoodForItsScopes) {
  EXPECT_EQ(identify("run-key", Need::anyKey), "acme");
  EXPECT_EQ(identify("run-key", Need::session), "403 scope_missing");
  EXPECT_EQ(identify("run-key", Need::admin), "403 scope_missing");
  EXPECT_EQ(identify("run-key", Need::metrics), "403 scope_missing");
  for (const Need need : {Need::run, Need::session, Need::admin, Need::metrics}) {
    EXPECT_EQ(identify("all-key", need), "acme");
  }
}

TEST_F(AuthenticatorTest, SomeRoutesNeedNone) {
  EXPECT_EQ(identify(std::nullopt, Need::nothing), "default");
  EXPECT_EQ(identify("other-key", Need::nothing), "default");
  Authenticator open({true, true}, clock_);
  HttpRequest request;
  EXPECT_TRUE(
      std::holds_alternative<Authenticator::Identity>(open.identify(request, Need::metrics)));
  EXPECT_TRUE(std::holds_alternative<Authenticator::Refusal>(open.identify(request, Need::run)));
}

TEST_F(AuthenticatorTest, WithoutKeysEverybodyIsTheDefaultTenant) {
  Authenticator open({false, false}, clock_);
  const auto identity = open.identify(HttpRequest(), Need::admin);
  EXPECT_EQ(std::get<Authenticator::Identity>(identity).tenant, "default");
}

TEST_F(AuthenticatorTest, WithoutARingNobodyIsKnown) {
  Authenticator empty({true, false}, clock_);
  HttpRequest request;
  request.apiKey = "run-key";
  EXPECT_TRUE(std::holds_alternative<Authenticator::Refusal>(empty.identify(request, Need::run)));
}

TEST_F(AuthenticatorTest, AnswersSayHow) {
  identify(std::nullopt);
  const auto response = refusalResponse(refusal_.error);
  EXPECT_EQ(response.status, 401u);
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers[0].first, "WWW-Authenticate");
}

}  // namespace
}  // namespace brood::gateway
