#pragma once
// The body of POST /run_code, as SandboxFusion reads it.

#include <string>
#include <string_view>
#include <variant>

#include "config/config.h"
#include "gateway/jobs/job_order.h"

namespace brood::gateway::sandboxfusion {

// A fault of a body: one entry of the `detail` of a 422.
struct FusionProblem {
  std::string field;  // A member of the body; empty: the body as a whole.
  std::string message;
  std::string type;  // As Pydantic names it, e.g. "missing".
};

// Times and memory above the configured maximum are that maximum: its clients ask for what their
// authors had. Files come in base64; the paths of `fetch_files` are no patterns.
std::variant<JobOrder, FusionProblem> readRunCode(std::string_view body,
                                                  const LimitsConfig& limits);

}  // namespace brood::gateway::sandboxfusion
