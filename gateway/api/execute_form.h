#pragma once
// The body of POST /v1/execute as multipart/form-data: the part "request" is the JSON, every part
// with a file name a file of that path.

#include <string_view>
#include <variant>

#include "gateway/api/execute_request.h"

namespace brood {

std::variant<ExecuteRequest, ApiError> decodeExecuteForm(std::string_view contentType,
                                                         std::string_view body,
                                                         const LimitsConfig& limits);

}  // namespace brood
