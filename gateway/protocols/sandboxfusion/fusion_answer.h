#pragma once
// The answer to POST /run_code: {status, message, compile_result, run_result, executor_pod_name,
// files}.

#include "gateway/jobs/answer_format.h"
#include "gateway/protocols/sandboxfusion/fusion_request.h"

namespace brood::gateway::sandboxfusion {

class FusionAnswer final : public AnswerFormat {
 public:
  // Clients repeat whatever is neither 200 nor a status of the program, so what the request is
  // wrong about is a 422, and only what may pass is a 429 or 503.
  HttpResponse refusal(const ApiError& error) const override;
  static HttpResponse unprocessable(const FusionProblem& problem);

  void appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                    const MaybeTrace& trace) const override;
};

}  // namespace brood::gateway::sandboxfusion
