#include "gateway/protocols/mcp/mcp_arguments.h"

#include <gtest/gtest.h>

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

std::string problem(std::string_view tool, const json& given) {
  auto read = McpArguments::read(*findTool(tool), given);
  const auto* sentence = std::get_if<std::string>(&read);
  return sentence == nullptr ? "" : *sentence;
}

TEST(McpArguments, AreTakenAsGiven) {
  auto read = McpArguments::read(*findTool("run_code"),
                                 {{"code", "x"}, {"timeout_seconds", 1.5}, {"session", nullptr}});
  auto& arguments = std::get<McpArguments>(read);
  EXPECT_FALSE(arguments.has("session"));
  EXPECT_EQ(arguments.take("session"), "");
  EXPECT_EQ(arguments.take("code"), "x");
  EXPECT_EQ(arguments.milliseconds("timeout_seconds"), 1500u);
  EXPECT_EQ(arguments.milliseconds("other"), 0u);
}

TEST(McpArguments, APartOfAMillisecondIsOne) {
  auto read = McpArguments::read(*findTool("run_code"), {{"code", ""}, {"timeout_seconds", 1e-9}});
  EXPECT_EQ(std::get<McpArguments>(read).milliseconds("timeout_seconds"), 1u);
}

TEST(McpArguments, SayInASentenceWhatIsWrong) {
  EXPECT_EQ(problem("run_code", json::object()), "run_code needs the argument 'code'");
  EXPECT_EQ(problem("run_code", {{"code", nullptr}}), "run_code needs the argument 'code'");
  EXPECT_EQ(problem("run_code", {{"code", 3}}), "run_code: 'code' must be a string");
  EXPECT_NE(problem("run_code", {{"cod", "x"}}).find("it has code, language"), std::string::npos);
  EXPECT_NE(problem("list_sessions", {{"a", 1}}).find("none at all"), std::string::npos);
  EXPECT_NE(problem("run_code", {{"code", std::string("a\0b", 3)}}).find("NUL"), std::string::npos);
  EXPECT_NE(problem("close_session", {{"session", ""}}).find("empty"), std::string::npos);
  EXPECT_NE(problem("close_session", {{"session", std::string(129, 'x')}}).find("at most 128"),
            std::string::npos);
  EXPECT_NE(problem("run_command", {{"command", std::string(131'072, 'x')}}).find("at most"),
            std::string::npos);
}

TEST(McpArguments, SecondsHaveARange) {
  for (const json& value : {json(0), json(-1), json(1e300), json("3"), json(691'201)}) {
    EXPECT_NE(problem("run_code", {{"code", "x"}, {"timeout_seconds", value}}), "") << value;
  }
  EXPECT_EQ(problem("run_code", {{"code", "x"}, {"timeout_seconds", 691'200}}), "");
}

TEST(McpArguments, ContentMayBeAnything) {
  const json base = {{"session", "s"}, {"path", "p"}};
  for (const auto& content : {std::string(), std::string("a\0b", 3)}) {
    json given = base;
    given["content"] = content;
    EXPECT_EQ(problem("write_file", given), "");
    given["encoding"] = "base64";
    EXPECT_EQ(problem("write_file", given), "");
    given["encoding"] = "latin1";
    EXPECT_NE(problem("write_file", given).find("'latin1'"), std::string::npos);
  }
}

}  // namespace
}  // namespace brood::gateway::mcp
