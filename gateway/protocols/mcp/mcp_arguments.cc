#include "gateway/protocols/mcp/mcp_arguments.h"

#include <algorithm>
#include <cmath>

#include "gateway/jobs/json_text.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;
using Type = McpArgument::Type;

// A week and a day, as in requests about sessions: sums of it do not wrap.
constexpr double kMostSeconds = 8 * 86'400;

std::string inQuotes(std::string_view name) { return "'" + std::string(name) + "'"; }

// Empty: the value is right.
std::string problemOf(const McpArgument& argument, const json& value) {
  const std::string name = inQuotes(argument.name);
  if (argument.type == Type::seconds) {
    if (!value.is_number()) return name + " must be a number";
    const double seconds = value.get<double>();
    if (seconds > 0 && seconds <= kMostSeconds) return {};
    return name + " must be more than 0 and at most " +
           std::to_string(static_cast<int>(kMostSeconds));
  }
  if (!value.is_string()) return name + " must be a string";
  const auto& text = value.get_ref<const std::string&>();
  if (argument.type == Type::encoding && text != "utf8" && text != "base64") {
    return name + " must be 'utf8' or 'base64', got " + inQuotes(shortened(text));
  }
  const bool isContent = argument.name == "content";
  if (!isContent && text.find('\0') != std::string::npos) return name + " must not contain NUL";
  if (argument.isRequired && text.empty() && !isContent && argument.name != "code") {
    return name + " must not be empty";
  }
  if (text.size() > argument.mostBytes) {
    return name + " may have at most " + std::to_string(argument.mostBytes) + " bytes, got " +
           std::to_string(text.size());
  }
  return {};
}

const McpArgument* argumentOf(const McpTool& tool, std::string_view name) {
  const auto found = std::find_if(tool.arguments.begin(), tool.arguments.end(),
                                  [&](const auto& each) { return each.name == name; });
  return found == tool.arguments.end() ? nullptr : &*found;
}

std::string unknownArgument(const McpTool& tool, const std::string& name) {
  std::string list;
  for (const auto& argument : tool.arguments) {
    list += (list.empty() ? "" : ", ") + std::string(argument.name);
  }
  return std::string(tool.name) + " has no argument " + inQuotes(shortened(name)) +
         (list.empty() ? "; it has none at all" : "; it has " + list);
}

}  // namespace

std::variant<McpArguments, std::string> McpArguments::read(const McpTool& tool, json given) {
  for (auto member = given.begin(); member != given.end();) {
    const McpArgument* argument = argumentOf(tool, member.key());
    if (argument == nullptr) return unknownArgument(tool, member.key());
    if (member->is_null()) {
      member = given.erase(member);
      continue;
    }
    auto problem = problemOf(*argument, *member);
    if (!problem.empty()) return std::string(tool.name) + ": " + problem;
    ++member;
  }
  for (const auto& argument : tool.arguments) {
    if (argument.isRequired && !given.contains(argument.name)) {
      return std::string(tool.name) + " needs the argument " + inQuotes(argument.name);
    }
  }
  return McpArguments(std::move(given));
}

std::string McpArguments::take(std::string_view name) {
  const auto found = given_.find(name);
  return found == given_.end() ? std::string() : std::move(found->get_ref<std::string&>());
}

bool McpArguments::has(std::string_view name) const { return given_.contains(name); }

uint64_t McpArguments::milliseconds(std::string_view name) const {
  const auto found = given_.find(name);
  if (found == given_.end()) return 0;
  return static_cast<uint64_t>(std::ceil(found->get<double>() * 1000));
}

}  // namespace brood::gateway::mcp
