#include "gateway/protocols/mcp/mcp_tools.h"

#include <algorithm>

#include "gateway/jobs/request_bounds.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;
using Type = McpArgument::Type;

constexpr McpArgument kSession{"session", Type::text, true,
                               "Id of a session, as create_session gave it",
                               RequestBounds::kMaxNameBytes};
constexpr McpArgument kMaybeSession{"session", Type::text, false,
                                    "Id of a session, to go on where its last call ended. Without "
                                    "one the sandbox is new, and nothing of it is kept.",
                                    RequestBounds::kMaxNameBytes};
constexpr McpArgument kTimeout{"timeout_seconds", Type::seconds, false,
                               "How long it may take; it is ended then, and what it has printed "
                               "is given"};
constexpr McpArgument kPath{"path", Type::text, true,
                            "Absolute, or from the session's working directory",
                            RequestBounds::kMaxPathBytes};

std::vector<McpTool> makeTools() {
  std::vector<McpTool> tools;
  tools.push_back({McpToolKind::runCode,
                   "run_code",
                   "Run a program in a sandbox. Gives what it printed, the value of its last "
                   "expression and images where the language shows them, and its error.",
                   false,
                   {{"code", Type::text, true, "The program's source", SIZE_MAX},
                    {"language", Type::language, false,
                     "Its language; if it is not said, the session's, else python"},
                    kMaybeSession,
                    kTimeout}});
  tools.push_back(
      {McpToolKind::runCommand,
       "run_command",
       "Run a shell command (bash -c) in a sandbox.",
       false,
       {{"command", Type::text, true, "The command line", RequestBounds::kMaxArgBytes},
        kMaybeSession,
        {"cwd", Type::text, false, "Directory to run it in", RequestBounds::kMaxPathBytes},
        kTimeout}});
  tools.push_back(
      {McpToolKind::createSession,
       "create_session",
       "Open a sandbox that is kept: its files, processes, variables and imports stay "
       "from one call to the next, until it is closed or has been idle too long.",
       false,
       {{"timeout_seconds", Type::seconds, false, "How long it stays when nothing is asked of it"},
        {"language", Type::language, false, "Of code that does not say its own"}}});
  tools.push_back({McpToolKind::closeSession,
                   "close_session",
                   "End a session, and with it all that runs in it and its files.",
                   false,
                   {kSession}});
  tools.push_back(
      {McpToolKind::listSessions, "list_sessions", "List the sessions that are open.", true, {}});
  tools.push_back({McpToolKind::forkSession,
                   "fork_session",
                   "Make a new session with a copy of another's memory and files.",
                   false,
                   {kSession}});
  tools.push_back({McpToolKind::writeFile,
                   "write_file",
                   "Write a file in a session; directories are made as needed.",
                   false,
                   {kSession,
                    kPath,
                    {"content", Type::text, true, "The file's content", SIZE_MAX},
                    {"encoding", Type::encoding, false, "What content is; utf8 if not said"}}});
  tools.push_back({McpToolKind::readFile,
                   "read_file",
                   "Read a file of a session. What is not text comes in base64, a picture as an "
                   "image.",
                   true,
                   {kSession, kPath}});
  tools.push_back(
      {McpToolKind::listFiles,
       "list_files",
       "List a directory of a session.",
       true,
       {kSession,
        {"path", Type::text, false, "The directory; the session's working directory if not said",
         RequestBounds::kMaxPathBytes}}});
  return tools;
}

json argumentSchema(const McpArgument& argument, const std::vector<std::string>& languages) {
  json schema = {{"description", argument.description}};
  switch (argument.type) {
    case Type::seconds:
      schema["type"] = "number";
      schema["exclusiveMinimum"] = 0;
      break;
    case Type::text:
      schema["type"] = "string";
      break;
    case Type::encoding:
      schema["type"] = "string";
      schema["enum"] = {"utf8", "base64"};
      break;
    case Type::language:
      schema["type"] = "string";
      if (!languages.empty()) schema["enum"] = languages;
      break;
  }
  return schema;
}

json toolJson(const McpTool& tool, const McpLanguages& languages) {
  const bool isSession = tool.kind == McpToolKind::createSession;
  json properties = json::object(), required = json::array();
  for (const auto& argument : tool.arguments) {
    properties[std::string(argument.name)] =
        argumentSchema(argument, isSession ? languages.withContexts : languages.all);
    if (argument.isRequired) required.push_back(argument.name);
  }
  json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return {{"name", tool.name},
          {"description", tool.description},
          {"inputSchema", std::move(schema)},
          {"annotations", {{"readOnlyHint", tool.isReadOnly}}}};
}

}  // namespace

const std::vector<McpTool>& mcpTools() {
  static const std::vector<McpTool> kTools = makeTools();
  return kTools;
}

const McpTool* findTool(std::string_view name) {
  const auto& tools = mcpTools();
  const auto found =
      std::find_if(tools.begin(), tools.end(), [&](const auto& each) { return each.name == name; });
  return found == tools.end() ? nullptr : &*found;
}

json toolList(const McpLanguages& languages) {
  json tools = json::array();
  for (const auto& tool : mcpTools()) tools.push_back(toolJson(tool, languages));
  return tools;
}

}  // namespace brood::gateway::mcp
