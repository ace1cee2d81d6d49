#include "gateway/api/execute_request.h"

#include <nlohmann/json.hpp>

#include "gateway/api/execute_request_sax.h"

namespace brood {

std::variant<ExecuteRequest, ApiError> decodeExecuteRequest(std::string_view json,
                                                            const LimitsConfig& limits) {
  ExecuteRequestSax handler(limits);
  const bool parsed = nlohmann::json::sax_parse(json.begin(), json.end(), &handler);
  if (!parsed || !handler.checkRequired()) return handler.takeError();
  return handler.takeRequest();
}

}  // namespace brood
