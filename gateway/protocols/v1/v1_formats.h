#pragma once
// The words of POST /v1/execute: JSON, or server-sent events for `Accept: text/event-stream`.
//
// The events are
//   start   {"id","start"}            the job has a worker
//   stdout  {"data"}  stderr {"data"} as they appear
//   result  a rich result; file       a collected file
//   exit    the result without stdout and stderr; the last event
//   error   {"error":{...}}           instead of exit, when the supervisor was lost in mid-run

#include "gateway/jobs/answer_format.h"

namespace brood::gateway {

// Appends an event whose JSON `write` gives to a JsonWriter.
template <typename Write>
void appendEvent(std::string& text, std::string_view name, JsonGaps* gaps, Write write) {
  text.append("event: ").append(name).append("\ndata: ");
  JsonWriter json(text, gaps);
  write(json);
  text += "\n\n";
}

class V1Answers final : public AnswerFormat {
 public:
  void appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                    const MaybeTrace& trace) const override;
};

class V1Events final : public EventFormat {
 public:
  std::string contentType() const override;
  std::string filler() const override;
  std::string started(std::string_view id, std::string_view start) const override;
  std::string output(rpc::OutputStream stream, const OutputText& output) const override;
  std::string result(rpc::RichResult::Reader result) const override;
  void appendEnd(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result) const override;
  std::string failed(const ApiError& error) const override;
};

}  // namespace brood::gateway
