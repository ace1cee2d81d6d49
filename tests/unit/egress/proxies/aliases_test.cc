#include "egress/proxies/aliases.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

AliasSpec spec() {
  return {"openai", "https://API.example/base/", {{"Authorization", "Bearer secret"}}, {"secret"}};
}

std::string problemOf(AliasSpec wrong) {
  const auto made = Alias::of(std::move(wrong), {});
  const auto* problem = std::get_if<std::string>(&made);
  return problem ? *problem : "";
}

TEST(Alias, KnowsItsOrigin) {
  const auto alias = std::get<Alias>(Alias::of(spec(), {}));
  EXPECT_EQ(alias.host(), "api.example");
  EXPECT_EQ(alias.port(), 443);
  EXPECT_EQ(alias.authority(), "api.example");
  EXPECT_EQ(alias.pathFor("/v1"), "/base/v1");
  auto other = spec();
  other.origin = "https://api.example:8443";
  EXPECT_EQ(std::get<Alias>(Alias::of(other, {})).authority(), "api.example:8443");
}

TEST(Alias, AddsItsOriginAndNothingElseToTheList) {
  const auto alias = std::get<Alias>(Alias::of(spec(), {"!bad.example"}));
  const auto all = Narrowing::everythingAllowed();
  EXPECT_TRUE(std::holds_alternative<Permit>(decide(alias.policy(), all, "api.example", 443)));
  EXPECT_TRUE(std::holds_alternative<Refusal>(decide(alias.policy(), all, "api.example", 80)));
  EXPECT_TRUE(std::holds_alternative<Refusal>(decide(alias.policy(), all, "x.example", 443)));
}

TEST(Alias, PutsItsHeadersInThePlaceOfOthers) {
  const auto alias = std::get<Alias>(Alias::of(spec(), {}));
  Fields fields{{"authorization", "mine"}, {"Accept", "a/b"}, {"AUTHORIZATION", "mine too"}};
  alias.inject(fields);
  EXPECT_EQ(fields, (Fields{{"Accept", "a/b"}, {"Authorization", "Bearer secret"}}));
}

TEST(Alias, TakesEchoesOut) {
  const auto alias = std::get<Alias>(Alias::of(spec(), {}));
  Fields fields{{"X", "a secret"}, {"secret", "x"}, {"Y", "Secret"}};
  alias.removeEchoes(fields);
  EXPECT_EQ(fields, (Fields{{"Y", "Secret"}}));
}

TEST(Alias, IsRefusedByItsName) {
  const auto with = [](auto change) {
    auto wrong = spec();
    change(wrong);
    return problemOf(std::move(wrong));
  };
  for (const char* origin :
       {"", "http://a.example", "https://", "https://10.0.0.1", "https://a b",
        "https://a.example:0", "https://a.example/?x", "https://u@a.example"}) {
    const auto problem = with([&](AliasSpec& wrong) { wrong.origin = origin; });
    EXPECT_EQ(problem.find("egress.aliases.openai: "), 0u) << origin;
  }
  EXPECT_NE(with([](AliasSpec& wrong) { wrong.name = "a/b"; }), "");
  EXPECT_NE(with([](AliasSpec& wrong) { wrong.headers = {{"A", "x\ny"}}; }), "");
  EXPECT_NE(with([](AliasSpec& wrong) { wrong.headers = {{"A:", "x"}}; }), "");
  EXPECT_EQ(with([](AliasSpec&) {}), "");
}

TEST(Aliases, AreFoundByName) {
  Aliases aliases;
  aliases.add(std::get<Alias>(Alias::of(spec(), {})));
  EXPECT_NE(aliases.find("openai"), nullptr);
  EXPECT_EQ(aliases.find("OpenAI"), nullptr);
  EXPECT_EQ(aliases.find(""), nullptr);
  EXPECT_EQ(aliases.names(), "openai");
}

}  // namespace
}  // namespace brood::egress
