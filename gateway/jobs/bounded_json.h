#pragma once
// Reads JSON of others whose documents hold more than we know of: any value, within bounds.
//
// For a protocol of our own see gateway/jobs/json_reader.h, which refuses what it does not know.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace brood::gateway {

struct JsonBounds {
  size_t mostDepth = 32;
  // All values together, names included: each takes up to a hundred times the bytes it is
  // written with.
  size_t mostValues = 20'000;
};

// Why a text is no JSON, or too much of it; for people, and free of control characters.
struct JsonFault {
  std::string text;
};

// A name that is given twice has its last value. Throws nothing.
std::variant<nlohmann::json, JsonFault> parseBounded(std::string_view text,
                                                     const JsonBounds& bounds = {});

// The member of that name if `object` is one and has it, and it is not null; else nullptr.
const nlohmann::json* memberOf(const nlohmann::json& object, const char* name);

}  // namespace brood::gateway
