#include "gateway/protocols/mcp/mcp_files.h"

#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

using McpFilesTest = McpTest;

TEST_F(McpFilesTest, AreWrittenAndRead) {
  startGateway();
  const auto written =
      call("write_file", {{"session", "s1"}, {"path", "a/b"}, {"content", "grüße"}});
  EXPECT_EQ(written["structuredContent"], json({{"path", "a/b"}, {"size", 7}}));
  EXPECT_EQ(state().files["a/b"], "grüße");
  const auto read = call("read_file", {{"session", "s1"}, {"path", "a/b"}});
  EXPECT_EQ(read["content"][0]["text"], "grüße");
  EXPECT_EQ(read["structuredContent"],
            json({{"path", "a/b"}, {"content", "grüße"}, {"encoding", "utf8"}, {"size", 7}}));
}

TEST_F(McpFilesTest, MayBeAnyBytes) {
  startGateway();
  call("write_file",
       {{"session", "s1"}, {"path", "x"}, {"content", "/wD/"}, {"encoding", "base64"}});
  EXPECT_EQ(state().files["x"], std::string("\xff\0\xff", 3));
  const auto read = call("read_file", {{"session", "s1"}, {"path", "x"}});
  EXPECT_EQ(read["structuredContent"]["content"], "/wD/");
  EXPECT_EQ(read["structuredContent"]["encoding"], "base64");
  EXPECT_EQ(call("write_file", {{"session", "s1"},
                                {"path", "x"},
                                {"content", "no base64"},
                                {"encoding", "base64"}})["isError"],
            true);
}

TEST_F(McpFilesTest, APictureIsShown) {
  startGateway();
  state().files["p"] = "\x89PNG\r\n\x1a\n...";
  const auto read = call("read_file", {{"session", "s1"}, {"path", "p"}});
  EXPECT_EQ(read["content"][0]["type"], "image");
  EXPECT_EQ(read["content"][0]["mimeType"], "image/png");
  EXPECT_EQ(read["content"][0]["data"], read["structuredContent"]["content"]);
}

TEST_F(McpFilesTest, AreListed) {
  startGateway();
  const auto listed = call("list_files", {{"session", "s1"}})["structuredContent"]["files"];
  ASSERT_TRUE(listed.is_array());
  for (const auto& file : listed) {
    EXPECT_TRUE(file["path"].is_string());
    EXPECT_TRUE(file["type"] == "file" || file["type"] == "directory") << file;
    EXPECT_TRUE(file["size"].is_number());
  }
}

TEST_F(McpFilesTest, WhatIsMissingIsForTheModel) {
  startGateway();
  state().rejectionCode = "no_such_file";
  for (const auto* tool : {"read_file", "list_files"}) {
    const auto result = call(tool, {{"session", "s1"}, {"path", "gone"}});
    EXPECT_EQ(result["isError"], true) << tool;
    EXPECT_NE(result["content"][0]["text"].get<std::string>().find("no_such_file"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace brood::gateway::mcp
