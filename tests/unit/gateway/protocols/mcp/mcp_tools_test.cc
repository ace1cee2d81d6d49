#include "gateway/protocols/mcp/mcp_tools.h"

#include <gtest/gtest.h>

#include <set>

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

json schemaOf(const json& tools, const std::string& name) {
  for (const auto& tool : tools) {
    if (tool["name"] == name) return tool["inputSchema"];
  }
  ADD_FAILURE() << "no tool " << name;
  return {};
}

TEST(McpTools, AreThoseOfTheContract) {
  std::set<std::string> names;
  for (const auto& tool : toolList({})) names.insert(tool["name"].get<std::string>());
  EXPECT_EQ(names, (std::set<std::string>{"run_code", "run_command", "create_session",
                                          "close_session", "list_sessions", "fork_session",
                                          "write_file", "read_file", "list_files"}));
}

TEST(McpTools, EachHasADescriptionAndAnObjectForItsArguments) {
  for (const auto& tool : toolList({})) {
    EXPECT_FALSE(tool["description"].get<std::string>().empty());
    EXPECT_EQ(tool["inputSchema"]["type"], "object");
    EXPECT_EQ(tool["inputSchema"]["additionalProperties"], false);
    EXPECT_FALSE(tool.contains("outputSchema"));
    for (const auto& property : tool["inputSchema"]["properties"]) {
      EXPECT_FALSE(property["description"].get<std::string>().empty());
    }
  }
}

TEST(McpTools, LanguagesAreThoseInstalled) {
  const auto tools = toolList({{"bash", "python", "c"}, {"bash", "python"}});
  const auto run = schemaOf(tools, "run_code");
  EXPECT_EQ(run["properties"]["language"]["enum"], json({"bash", "python", "c"}));
  EXPECT_EQ(run["required"], json({"code"}));
  EXPECT_EQ(schemaOf(tools, "create_session")["properties"]["language"]["enum"],
            json({"bash", "python"}));
  EXPECT_FALSE(schemaOf(toolList({}), "run_code")["properties"]["language"].contains("enum"));
}

TEST(McpTools, AreFoundByName) {
  EXPECT_EQ(findTool("read_file")->kind, McpToolKind::readFile);
  EXPECT_EQ(findTool("readfile"), nullptr);
}

}  // namespace
}  // namespace brood::gateway::mcp
