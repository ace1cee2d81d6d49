#pragma once
// The table of tools: what each is called, what it is for, what it takes.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace brood::gateway::mcp {

enum class McpToolKind {
  runCode,
  runCommand,
  createSession,
  closeSession,
  listSessions,
  forkSession,
  writeFile,
  readFile,
  listFiles,
};

struct McpArgument {
  enum class Type { text, seconds, language, encoding };
  std::string_view name;
  Type type = Type::text;
  bool isRequired = false;
  std::string_view description;
  size_t mostBytes = 1024;  // For a text.
};

struct McpTool {
  McpToolKind kind;
  std::string_view name;
  std::string_view description;
  bool isReadOnly = false;
  std::vector<McpArgument> arguments;
};

const std::vector<McpTool>& mcpTools();
// nullptr: there is none of that name.
const McpTool* findTool(std::string_view name);

// The languages that are installed; with contexts: those that a session may have.
struct McpLanguages {
  std::vector<std::string> all;
  std::vector<std::string> withContexts;
};

// The tools as `tools/list` has them. Where no languages are known none are listed.
nlohmann::json toolList(const McpLanguages& languages);

}  // namespace brood::gateway::mcp
