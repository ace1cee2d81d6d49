#include "gateway/protocols/dify/dify_request.h"

#include <gtest/gtest.h>

namespace brood::gateway::dify {
namespace {

JobOrder orderOf(std::string_view body) { return std::get<JobOrder>(readRun(body)); }

ApiError errorOf(std::string_view body) { return std::get<ApiError>(readRun(body)); }

TEST(DifyRequest, ReadsWhatDifySends) {
  const auto order = orderOf(
      R"json({"language":"python3","code":"print(1)","preload":"","enable_network":true,
          "dependencies":[{"name":"x","version":""}]})json");
  EXPECT_EQ(order.language, "python");
  EXPECT_EQ(order.code, "print(1)");
  EXPECT_EQ(order.network.kind, NetworkOrder::Kind::unsaid);
  EXPECT_EQ(orderOf(R"json({"language":"nodejs","code":"1"})json").language, "javascript");
}

TEST(DifyRequest, PreloadRunsBeforeTheCode) {
  EXPECT_EQ(orderOf(R"json({"language":"python3","code":"b","preload":"a"})json").code, "a\nb");
}

TEST(DifyRequest, NoNetworkIsNone) {
  EXPECT_EQ(
      orderOf(R"json({"language":"python3","code":"b","enable_network":false})json").network.kind,
      NetworkOrder::Kind::off);
}

TEST(DifyRequest, NamesWhatIsWrong) {
  EXPECT_EQ(errorOf("no JSON").status, 400u);
  EXPECT_EQ(errorOf("[]").field, "language");
  EXPECT_EQ(errorOf(R"json({"language":"cobol","code":"x"})json").field, "language");
  EXPECT_EQ(errorOf(R"json({"language":"python3"})json").field, "code");
  EXPECT_EQ(errorOf(R"json({"language":"python3","code":7})json").field, "code");
  EXPECT_EQ(errorOf("{\"language\":\"python3\",\"code\":\"a\\u0000b\"}").field, "code");
}

}  // namespace
}  // namespace brood::gateway::dify
