#include "gateway/access/key_file.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

std::string digestOf(const std::string& key) { return hexText(sha256(key)); }

std::string problemOf(const std::string& text) {
  const auto result = parseKeyFile(text);
  const auto* problem = std::get_if<std::string>(&result);
  return problem ? *problem : "none";
}

// A file with one key that has `more` besides what it must have.
std::string withKey(const std::string& more) {
  return R"({"version":1,"keys":[{"id":"k_1","tenant":"acme","sha256":")" + digestOf("a") +
         R"(","scopes":["run"])" + more + "}]}";
}

KeyFile example() {
  KeyFile file;
  file.defaults.jobsAtOnce = 8;
  file.defaults.maxima["memory_bytes"] = 64u << 20;
  auto& acme = file.tenants["acme"];
  acme.jobsPerMinute = 600;
  acme.jobsAtOnce = kUnlimited;
  acme.profiles = {"default"};
  acme.network = {"pypi", "*.example.com:443"};
  file.keys.push_back({"k_1", "acme", sha256("one"), {true, false, false}, 1000, 2000, {}, "ci"});
  file.keys.push_back({"k_2", "other", sha256("two"), {true, true, true}, 1000, {}, 1500, ""});
  file.keys.push_back({"k_3", "acme", {}, {true, false, false}, 1000, {}, {}, "", "ci.test"});
  return file;
}

TEST(KeyFileTest, ReadsWhatItWrites) {
  const KeyFile file = example();
  const auto again = parseKeyFile(keyFileText(file));
  ASSERT_TRUE(std::holds_alternative<KeyFile>(again)) << std::get<std::string>(again);
  EXPECT_EQ(std::get<KeyFile>(again), file);
}

TEST(KeyFileTest, OwnLimitsComeBeforeDefaults) {
  const TenantLimits limits = example().limitsOf("acme");
  EXPECT_EQ(limits.jobsAtOnce, kUnlimited);
  EXPECT_EQ(limits.jobsPerMinute, 600u);
  EXPECT_EQ(limits.maxima.at("memory_bytes"), 64u << 20);
  const TenantLimits unknown = example().limitsOf("nobody");
  EXPECT_EQ(unknown.jobsAtOnce, 8u);
  EXPECT_EQ(unknown.sessions, kUnlimited);
}

TEST(KeyFileTest, NullIsNoLimit) {
  const auto file = parseKeyFile(R"({"version":1,"keys":[],"defaults":{"sessions":1},
                       "tenants":{"acme":{"sessions":null}}})");
  EXPECT_EQ(std::get<KeyFile>(file).limitsOf("acme").sessions, kUnlimited);
}

TEST(KeyFileTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(problemOf("{}"), "has no 'version'");
  EXPECT_EQ(problemOf(R"({"version":2,"keys":[]})"), "version: must be 1");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"limits":{}})"), "'limits' is not known here");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"keys":[]})"),
            "'keys' is there twice in one object");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"tenants":{"acme":{"jobs_at_onec":1}}})"),
            "tenants.acme: 'jobs_at_onec' is not known here");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"tenants":{"acme":{"sessions":-1}}})"),
            "tenants.acme.sessions: must be a whole number from 0 on");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"tenants":{"acme":{"sessions":1.5}}})"),
            "tenants.acme.sessions: must be a whole number from 0 on");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"defaults":{"maxima":{"ram":1}}})"),
            "defaults.maxima.ram: is no limit of a job");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"defaults":{"maxima":{"memory_bytes":1}}})"),
            "defaults.maxima.memory_bytes: must be at least 16777216");
  EXPECT_TRUE(problemOf("{\"version\":1,").starts_with("not JSON: parse error at line 1"));
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[],"tenants":{"A b":{}}})"),
            "tenants.A b: is no tenant's name");
}

TEST(KeyFileTest, SaysWhatIsWrongWithAKey) {
  EXPECT_EQ(problemOf(withKey("")), "none");
  EXPECT_EQ(problemOf(withKey(R"(,"expires":"tomorrow")")),
            "keys[0].expires: must be a time as 2026-11-29T06:19:51Z");
  EXPECT_EQ(problemOf(withKey(R"(,"expires":"2026-02-30T00:00:00Z")")),
            "keys[0].expires: must be a time as 2026-11-29T06:19:51Z");
  EXPECT_EQ(problemOf(withKey(R"(,"key":"brood_k")")), "keys[0]: 'key' is not known here");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[{"id":"k","tenant":"a","sha256":"00",
                          "scopes":["run"]}]})"),
            "keys[0].sha256: must be 64 hexadecimal digits");
  EXPECT_EQ(problemOf(R"({"version":1,"keys":[{"id":"k","tenant":"a","sha256":")" + digestOf("a") +
                      R"(","scopes":["rnu"]}]})"),
            "keys[0].scopes: 'rnu' is no scope; there are run, session and admin");
}

TEST(KeyFileTest, NoTwoKeysShareIdOrDigest) {
  KeyFile file = example();
  file.keys[1].id = "k_1";
  EXPECT_EQ(problemOf(keyFileText(file)), "keys[1]: another key has the id k_1");
  file = example();
  file.keys[1].digest = file.keys[0].digest;
  EXPECT_EQ(problemOf(keyFileText(file)), "keys[1]: another key has this sha256");
}

TEST(KeyFileTest, AKeyIsADigestOrACertificate) {
  EXPECT_EQ(problemOf(withKey(R"(,"certificate":"ci.test")")),
            "keys[0]: has sha256 and certificate; a key is one of them");
  KeyFile file = example();
  file.keys[2].certificate = "a\nb";
  EXPECT_EQ(
      problemOf(keyFileText(file)),
      "keys[2].certificate: a common name has printable ASCII characters, at most 64 of them");
  file = example();
  file.keys.push_back(file.keys[2]);
  file.keys[3].id = "k_4";
  EXPECT_EQ(problemOf(keyFileText(file)), "keys[3]: another key has the certificate ci.test");
}

TEST(KeyFileTest, MessagesShowNothingThatATerminalActsOn) {
  const std::string problem = problemOf("{\"version\":1,\"keys\":[],\"\\u001b[2J\\n\":1}");
  EXPECT_EQ(problem, "'?[2J?' is not known here");
}

TEST(KeyFileTest, NestingIsBounded) {
  EXPECT_EQ(problemOf(std::string(100'000, '[')), "nested too deep");
}

TEST(KeyFileTest, ScopesHaveNames) {
  const auto scopes = scopesFromNames({"admin", "run"});
  ASSERT_TRUE(std::holds_alternative<Scopes>(scopes));
  EXPECT_EQ(namesOf(std::get<Scopes>(scopes)), (std::vector<std::string>{"run", "admin"}));
  EXPECT_FALSE(std::get<Scopes>(scopes).has(Scope::session));
  EXPECT_TRUE(std::holds_alternative<std::string>(scopesFromNames({})));
}

}  // namespace
}  // namespace brood::gateway
