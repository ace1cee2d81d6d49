#pragma once
// The arguments of one call, held against the tool's table.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/protocols/mcp/mcp_tools.h"

namespace brood::gateway::mcp {

class McpArguments {
 public:
  // `given` is an object. Or a sentence about what is wrong, for the model to mend it.
  static std::variant<McpArguments, std::string> read(const McpTool& tool, nlohmann::json given);

  // Empty where it was not given. What has been taken is not there any more.
  std::string take(std::string_view name);
  bool has(std::string_view name) const;
  // 0 where it was not given.
  uint64_t milliseconds(std::string_view name) const;

 private:
  explicit McpArguments(nlohmann::json given) : given_(std::move(given)) {}

  nlohmann::json given_;
};

}  // namespace brood::gateway::mcp
