#pragma once
// The body of POST /v1/execute as multipart/form-data: the part "request" is the JSON, every part
// with a file name a file of that path.

#include <string_view>
#include <variant>

#include "gateway/protocols/v1/execute_request.h"

namespace brood::gateway {

std::variant<JobOrder, ApiError> decodeExecuteForm(std::string_view contentType,
                                                   std::string_view body,
                                                   const ExecuteRequestReader& reader);

}  // namespace brood::gateway
