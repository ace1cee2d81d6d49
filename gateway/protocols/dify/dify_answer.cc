#include "gateway/protocols/dify/dify_answer.h"

#include "rpc/calls/result_json.h"
#include "rpc/calls/result_names.h"

namespace brood::gateway::dify {
namespace {

std::string_view asText(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

// Written at once, since it borrows from nothing; `stderr` has all of it.
constexpr size_t kMostErrorBytes = 3'000;
static_assert(kMostErrorBytes < JsonWriter::kLeastGapBytes);

// Says what has become of a job that is not ok.
std::string causeOf(rpc::JobResult::Reader result) {
  switch (result.getStatus()) {
    case rpc::JobStatus::OK:
      return {};
    case rpc::JobStatus::ERROR:
      return "process exited with code " + std::to_string(result.getExitCode()) + "\n" +
             std::string(asText(result.getStderr()));
    case rpc::JobStatus::TIMEOUT:
    case rpc::JobStatus::CPU_LIMIT:
      return "timeout: " + std::string(asView(result.getMessage()));
    default:
      return std::string(statusName(result.getStatus())) + ": " +
             std::string(asView(result.getMessage()));
  }
}

std::string errorOf(rpc::JobResult::Reader result) {
  std::string cause = causeOf(result);
  if (cause.size() > kMostErrorBytes) cause.resize(kMostErrorBytes);
  return cause;
}

}  // namespace

HttpResponse DifyAnswer::refusal(const ApiError& error) const {
  const bool isBusy = error.status == 429 || error.status == 503;
  HttpResponse response;
  response.status = isBusy                                             ? 503
                    : error.status == 400 && error.field != "language" ? 200
                                                                       : error.status;
  JsonWriter json(response.body);
  json.beginObject().field("code", -static_cast<int32_t>(isBusy ? 503 : error.status));
  json.field("message", isBusy ? std::string("Too many requests") : error.message);
  json.key("data").null().endObject();
  return response;
}

void DifyAnswer::appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                              const MaybeTrace&) const {
  JsonWriter json(text, gaps);
  json.beginObject().field("code", uint32_t{0}).field("message", "success").key("data");
  json.beginObject().field("stdout", asText(result.getStdout()));
  json.field("stderr", asText(result.getStderr()));
  json.field("error", errorOf(result));
  json.field("exit_code", result.getHasExitCode() ? result.getExitCode() : -1);
  json.endObject().endObject();
}

}  // namespace brood::gateway::dify
