#pragma once
// {"code","message","data"}, in which dify-sandbox answers everything.

#include "gateway/jobs/answer_format.h"

namespace brood::gateway::dify {

class DifyAnswer final : public AnswerFormat {
 public:
  // Too much at once: 503 and code -503, after which Dify tries again. What a request is wrong
  // about: code -400, with status 200 as upstream has it, but for a language that is not there.
  HttpResponse refusal(const ApiError& error) const override;
  // A program that fails is code 0 with an `error`; Dify takes any text there for a failure, so
  // there is none after a success.
  void appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                    const MaybeTrace& trace) const override;
};

}  // namespace brood::gateway::dify
