#include "gateway/protocols/sandboxfusion/fusion_request.h"

#include <gtest/gtest.h>

namespace brood::gateway::sandboxfusion {
namespace {

LimitsConfig limits() {
  LimitsConfig limits;
  limits.wallTimeMs.maximum = 60'000;
  limits.cpuTimeMs.maximum = 30'000;
  limits.memoryBytes.maximum = uint64_t{1} << 30;
  return limits;
}

JobOrder orderOf(std::string_view body) { return std::get<JobOrder>(readRunCode(body, limits())); }

std::string fieldOf(std::string_view body) {
  return std::get<FusionProblem>(readRunCode(body, limits())).field;
}

TEST(FusionRequest, ReadsWhatItsClientSends) {
  const auto order = orderOf(R"json({"code":"print(1)","language":"python","compile_timeout":10,
      "run_timeout":2.5,"memory_limit_MB":-1,"stdin":"in","files":{"a/b.txt":"aGk=","none":null},
      "fetch_files":["./out/[1].txt","x*"]})json");
  EXPECT_EQ(order.language, "python");
  EXPECT_EQ(order.stdinText, "in");
  EXPECT_EQ(order.limits.wallTimeMs, 2'500u);
  EXPECT_EQ(order.limits.cpuTimeMs, 2'500u);
  EXPECT_EQ(order.limits.memoryBytes, uint64_t{1} << 30);
  ASSERT_EQ(order.files.size(), 1u);
  EXPECT_EQ(order.files[0].path, "a/b.txt");
  EXPECT_EQ(order.files[0].content, "hi");
  EXPECT_EQ(order.collect, (std::vector<std::string>{"out/\\[1\\].txt", "x\\*"}));
}

TEST(FusionRequest, WhatIsAskedForIsBoundedByWhatOneMayHave) {
  const auto order = orderOf(
      R"json({"code":"","language":"cpp","run_timeout":1e9,"memory_limit_MB":100000000000})json");
  EXPECT_EQ(order.limits.wallTimeMs, 60'000u);
  EXPECT_EQ(order.limits.cpuTimeMs, 30'000u);
  EXPECT_EQ(order.limits.memoryBytes, uint64_t{1} << 30);
  EXPECT_EQ(orderOf(R"json({"code":"","language":"cpp"})json").limits.wallTimeMs, 10'000u);
  EXPECT_EQ(
      orderOf(R"json({"code":"","language":"cpp","memory_limit_MB":64})json").limits.memoryBytes,
      64u << 20);
  EXPECT_EQ(
      orderOf(R"json({"code":"","language":"cpp","run_timeout":0.0001})json").limits.wallTimeMs,
      1u);
}

TEST(FusionRequest, NamesWhatIsWrong) {
  EXPECT_EQ(fieldOf("{"), "");
  EXPECT_EQ(fieldOf("[]"), "");
  EXPECT_EQ(fieldOf(R"json({"language":"python"})json"), "code");
  EXPECT_EQ(fieldOf(R"json({"code":"x"})json"), "language");
  EXPECT_EQ(fieldOf(R"json({"code":"x","language":"cobol"})json"), "language");
  EXPECT_EQ(fieldOf(R"json({"code":"x","language":"python","stdin":1})json"), "stdin");
  EXPECT_EQ(fieldOf(R"json({"code":"x","language":"python","run_timeout":"1"})json"),
            "run_timeout");
  EXPECT_EQ(fieldOf(R"json({"code":"x","language":"python","files":{"a":"%"}})json"), "files");
  EXPECT_EQ(fieldOf(R"json({"code":"x","language":"python","files":[]})json"), "files");
  EXPECT_EQ(fieldOf(R"json({"code":"x","language":"python","fetch_files":[1]})json"),
            "fetch_files");
  EXPECT_EQ(fieldOf(R"json({"code":"x","language":"python","memory_limit_MB":1.5})json"),
            "memory_limit_MB");
}

TEST(FusionRequest, AKnownLanguageThatIsNotHereIsSaidToBe) {
  const auto problem =
      std::get<FusionProblem>(readRunCode(R"json({"code":"x","language":"scala"})json", limits()));
  EXPECT_EQ(problem.message, "the language 'scala' is not installed here");
}

}  // namespace
}  // namespace brood::gateway::sandboxfusion
