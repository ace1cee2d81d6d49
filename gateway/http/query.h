#pragma once
// The parts of a request's target: its query, and names that are written with %XX.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace brood::gateway {

// The pairs of "a=b&c=d" in their order, with %XX and '+' as they are meant. A name without "=" has
// an empty value; a '%' that begins no byte stands for itself.
std::vector<std::pair<std::string, std::string>> queryPairs(std::string_view query);

// The value of the first pair of that name; null if there is none.
std::optional<std::string> queryValue(std::string_view query, std::string_view name);

// A part of a path, where '+' is a plus. Null where a '%' begins no byte, or a byte is NUL.
std::optional<std::string> pathDecoded(std::string_view text);

}  // namespace brood::gateway
