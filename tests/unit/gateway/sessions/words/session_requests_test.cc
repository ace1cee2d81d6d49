#include "gateway/sessions/words/session_requests.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

class SessionRequestsTest : public testing::Test {
 protected:
  template <typename T>
  static std::string codeOf(const std::variant<T, ApiError>& read) {
    const auto* error = std::get_if<ApiError>(&read);
    return error == nullptr ? "" : error->code;
  }
  const SessionRequestReader reader_{RequestBounds(Config())};
};

TEST_F(SessionRequestsTest, ReadsASession) {
  const auto read = reader_.session(
      R"({"language":"python","profile":"data","env":{"A":"b"},"limits":{"memory_bytes":16777216},
          "files":[{"path":"f","content":"eA==","encoding":"base64"}],"network":{"allow":["pypi"]},
          "metadata":{"user":"7"},"ttl_ms":1,"idle_timeout_ms":2})");
  ASSERT_EQ(codeOf(read), "");
  const auto& order = std::get<SessionOrder>(read);
  EXPECT_EQ(order.limits.memoryBytes, 16777216u);
  EXPECT_EQ(order.files[0].content, "x");
  EXPECT_EQ(order.network.kind, NetworkOrder::Kind::narrowed);
  EXPECT_EQ(order.metadata[0].second, "7");
  EXPECT_EQ(order.ttlMs, 1u);
  EXPECT_EQ(codeOf(reader_.session("")), "");
}

TEST_F(SessionRequestsTest, BoundsLabels) {
  EXPECT_EQ(codeOf(reader_.session(R"({"metadata":{"":"x"}})")), "invalid_value");
  EXPECT_EQ(codeOf(reader_.session(R"({"metadata":{"a":")" + std::string(257, 'x') + "\"}}")),
            "invalid_value");
  EXPECT_EQ(codeOf(reader_.session(R"({"metadata":{"a":1}})")), "invalid_type");
}

TEST_F(SessionRequestsTest, AnEmptyObjectOfLabelsIsAChange) {
  EXPECT_TRUE(std::get<SessionChange>(reader_.change(R"({"metadata":{}})")).setsMetadata);
  EXPECT_FALSE(std::get<SessionChange>(reader_.change(R"({"metadata":null})")).setsMetadata);
}

TEST_F(SessionRequestsTest, ACellHasATime) {
  const auto read = reader_.cell(R"({"code":"x","timeout_ms":5})");
  EXPECT_EQ(std::get<CellOrder>(read).limits.wallTimeMs, 5u);
  EXPECT_EQ(std::get<CellOrder>(read).kind, JobOrder::Kind::cell);
  EXPECT_EQ(codeOf(reader_.cell(R"({"code":"x","timeout_ms":0})")), "invalid_limit");
  EXPECT_EQ(codeOf(reader_.cell("{\"code\":\"a\\u0000\"}")), "invalid_value");
}

TEST_F(SessionRequestsTest, ACommandHasEitherArgumentsOrALine) {
  const auto read = reader_.command(R"({"command":"ls | wc"})");
  ASSERT_EQ(codeOf(read), "");
  EXPECT_EQ(std::get<CommandOrder>(read).args.back(), "ls | wc");
  EXPECT_EQ(std::get<CommandOrder>(read).code, "/bin/bash -lc ls | wc");
  for (const char* json : {"{}", R"({"argv":[]})", R"({"argv":[""]})", R"({"command":""})",
                           R"({"argv":["a"],"command":"b"})"}) {
    EXPECT_EQ(codeOf(reader_.command(json)), "invalid_value") << json;
  }
  EXPECT_EQ(codeOf(reader_.command(R"({"argv":["a"],"tty":{"rows":1}})")), "missing_field");
  EXPECT_EQ(codeOf(reader_.command(R"({"argv":["a"],"tty":{"rows":1,"cols":70000}})")),
            "invalid_value");
}

TEST_F(SessionRequestsTest, InputMayBeBase64) {
  EXPECT_EQ(std::get<CommandInput>(reader_.input(R"({"data":"aGk=","encoding":"base64"})")).data,
            "hi");
  EXPECT_EQ(codeOf(reader_.input(R"({"data":"!","encoding":"base64"})")), "invalid_value");
}

TEST_F(SessionRequestsTest, ASignalHasAName) {
  EXPECT_EQ(codeOf(reader_.signal(R"({"signal":"SIGTERM"})")), "");
  EXPECT_EQ(codeOf(reader_.signal(R"({"signal":"9"})")), "invalid_value");
  EXPECT_EQ(codeOf(reader_.signal("{}")), "missing_field");
}

}  // namespace
}  // namespace brood::gateway
