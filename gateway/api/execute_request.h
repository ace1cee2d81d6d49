#pragma once
// The body of POST /v1/execute: from JSON to values, strictly.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/job_limits.h"
#include "gateway/http/error_response.h"

namespace brood {

struct RequestFile {
  std::string path;
  std::string content;  // Decoded.
  bool executable = false;
};

struct ExecuteRequest {
  std::string language;
  std::string profile;
  std::string code;
  std::string stdinText;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<RequestFile> files;
  std::vector<std::string> collect;
  bool rich = false;
  bool trace = false;
  JobLimits limits;  // 0: not asked for; a client cannot say 0.
};

// Refuses what is unknown, given twice, of the wrong type or out of its range, naming the field.
// The first error in the order of the document wins. Depth needs no limit of its own: no value
// that is accepted nests deeper than three, and the parser does not recurse. The ceilings of the
// limits are the supervisor's to enforce; `limits` is for the messages.
std::variant<ExecuteRequest, ApiError> decodeExecuteRequest(std::string_view json,
                                                            const LimitsConfig& limits);

}  // namespace brood
