#include "gateway/protocols/mcp/mcp_result.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "gateway/jobs/answer_pieces.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

const std::string kPicture = "\x89PNG\r\n\x1a\nrest";

class McpResultTest : public ::testing::Test {
 protected:
  McpResultTest() : job(message.initRoot<rpc::JobResult>()) {}
  ~McpResultTest() noexcept override = default;

  McpRun run(std::string_view output, std::string_view errors = "") {
    return {job.asReader(), output, errors};
  }
  static json whole(const McpRun& borrowed, McpEra era = McpEra::handshake) {
    auto answer = wholeAnswer(borrowed, "7", era);
    AnswerPieces pieces(std::move(answer.text), std::move(answer.gaps));
    std::string text;
    while (!pieces.isDone()) text += pieces.next();
    return json::parse(text);
  }

  capnp::MallocMessageBuilder message;
  rpc::JobResult::Builder job;
};

TEST_F(McpResultTest, HasTextForTheModelAndValuesForPrograms) {
  job.setHasExitCode(true);
  job.setCpuMicros(5);
  const auto answer = whole(run("out\n", "err"));
  EXPECT_EQ(answer["jsonrpc"], "2.0");
  EXPECT_EQ(answer["id"], 7);
  const auto result = answer["result"];
  EXPECT_EQ(result["content"], json::parse(R"([{"type":"text","text":"out\nerr"}])"));
  EXPECT_EQ(result["isError"], false);
  const auto values = result["structuredContent"];
  EXPECT_EQ(values["status"], "ok");
  EXPECT_EQ(values["exit_code"], 0);
  EXPECT_EQ(values["stdout"], "out\n");
  EXPECT_EQ(values["stderr"], "err");
  EXPECT_TRUE(values["session"].is_null());
  EXPECT_TRUE(values["error"].is_null());
  EXPECT_EQ(values["results"], json::array());
  EXPECT_EQ(values["usage"]["cpu_us"], 5);
  EXPECT_FALSE(result.contains("resultType"));
}

TEST_F(McpResultTest, TheNewEraSaysThatItIsComplete) {
  const auto result = whole(run("x"), McpEra::stateless)["result"];
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_EQ(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "brood");
}

TEST_F(McpResultTest, PicturesAreItemsOfTheirOwn) {
  auto one = run("");
  one.shown = {{"image/png", kPicture, 0},
               {"text/plain", "<Figure>", 0},
               {"text/plain", "42", 1},
               {"image/png", "no picture", 2},
               {"text/html", "<b>", 1}};
  const auto result = whole(one)["result"];
  EXPECT_EQ(result["content"].size(), 2u);
  EXPECT_EQ(result["content"][0]["text"], "42");
  EXPECT_EQ(result["content"][1]["type"], "image");
  EXPECT_EQ(result["content"][1]["mimeType"], "image/png");
  EXPECT_EQ(result["content"][1]["data"], encodeBase64(kPicture));
  EXPECT_EQ(result["structuredContent"]["results"].size(), 5u);
  EXPECT_EQ(result["structuredContent"]["results"][0]["encoding"], "base64");
}

TEST_F(McpResultTest, AnErrorHasItsTraceback) {
  job.setStatus(rpc::JobStatus::ERROR);
  auto one = run("before");
  one.error = CellError{"ValueError", "no", {"line 1", "ValueError: no"}};
  one.session = "s1";
  const auto result = whole(one)["result"];
  EXPECT_EQ(result["isError"], true);
  EXPECT_EQ(result["content"][0]["text"], "before\nline 1\nValueError: no");
  EXPECT_EQ(result["structuredContent"]["error"]["name"], "ValueError");
  EXPECT_EQ(result["structuredContent"]["session"], "s1");
}

TEST_F(McpResultTest, ATimeoutIsAnErrorWithTheOutputSoFar) {
  job.setStatus(rpc::JobStatus::TIMEOUT);
  job.setMessage("ran for 1 s");
  const auto result = whole(run("so far"))["result"];
  EXPECT_EQ(result["isError"], true);
  EXPECT_EQ(result["structuredContent"]["status"], "timeout");
  EXPECT_EQ(result["content"][0]["text"], "so far\n[timeout: ran for 1 s]");
}

TEST_F(McpResultTest, SilenceIsSaid) { EXPECT_EQ(saidText(run("")), "(no output)"); }

TEST_F(McpResultTest, WhatIsNoTextIsNotReadAloud) {
  const std::string bytes("\xff\xfe\x00", 3);
  const auto result = whole(run(bytes))["result"];
  EXPECT_EQ(result["content"][0]["text"], "[stdout: 3 bytes that are no text]");
  EXPECT_EQ(result["structuredContent"]["stdout_encoding"], "base64");
}

TEST_F(McpResultTest, LargeOutputIsWhole) {
  const std::string large(300'000, 'x');
  const auto result = whole(run(large))["result"];
  EXPECT_EQ(result["content"][0]["text"], large);
  EXPECT_EQ(result["structuredContent"]["stdout"], large);
}

TEST_F(McpResultTest, AnEventHasTheEndOfWhatDoesNotFit) {
  std::string large(600'000, '\x01');
  large += "the end";
  auto one = run(large, large);
  one.shown = {{"image/png", kPicture + large, 0}, {"text/plain", "kept", 1}};
  one.error = CellError{"E", large, {large}};
  const auto text = eventAnswer(one, "1", McpEra::stateless);
  EXPECT_LT(text.size(), kMaxEventBytes);
  const auto result = json::parse(text)["result"];
  EXPECT_TRUE(result["structuredContent"]["stdout"].get<std::string>().ends_with("the end"));
  EXPECT_TRUE(result["structuredContent"]["stdout"].get<std::string>().starts_with("[the beg"));
  EXPECT_EQ(result["structuredContent"]["results"].size(), 1u);
  EXPECT_EQ(eventAnswer(run("small"), "1", McpEra::handshake).find("[the beg"), std::string::npos);
}

TEST_F(McpResultTest, RefusalsAreSentences) {
  EXPECT_EQ(sentenceOf({404, "not_found", "no such file", "path", {}}),
            "not_found: no such file (path)");
  const auto result = json::parse(toolErrorAnswer("what", "1", McpEra::handshake))["result"];
  EXPECT_EQ(result["isError"], true);
  EXPECT_EQ(result["content"][0]["text"], "what");
}

}  // namespace
}  // namespace brood::gateway::mcp
