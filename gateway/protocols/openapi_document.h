#pragma once
// The text of openapi.json in this folder, which the build puts into the program, so that what is
// served is what the sources say.

#include <string_view>

namespace brood::gateway {

// JSON, with this version of Brood filled in.
std::string_view openApiDocument();

}  // namespace brood::gateway
