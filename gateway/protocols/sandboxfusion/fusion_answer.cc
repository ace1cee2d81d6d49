#include "gateway/protocols/sandboxfusion/fusion_answer.h"

#include <signal.h>

#include <cstdio>
#include <cstring>

#include "rpc/calls/result_json.h"

namespace brood::gateway::sandboxfusion {
namespace {

using rpc::JobStatus;

std::string_view asText(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

bool isTimeLimit(JobStatus status) {
  return status == JobStatus::TIMEOUT || status == JobStatus::CPU_LIMIT;
}

// As Python's subprocess has it: -9 for SIGKILL.
int64_t signalCode(capnp::Text::Reader name) {
  const auto text = asView(name);
  for (int number = 1; number < NSIG; ++number) {
    const char* abbreviation = ::sigabbrev_np(number);
    if (abbreviation != nullptr && text == "SIG" + std::string(abbreviation)) return -number;
  }
  return -SIGKILL;
}

void writeCode(JsonWriter& json, rpc::JobResult::Reader result) {
  json.key("return_code");
  if (isTimeLimit(result.getStatus())) {
    json.null();
  } else if (result.getHasExitCode()) {
    json.number(int64_t{result.getExitCode()});
  } else {
    json.number(signalCode(result.getSignal()));
  }
}

// Seconds as JSON's other kind of number. The last member of its object: what comes after it would
// need a comma that the writer does not know of.
void writeSeconds(JsonWriter& json, std::string& text, uint64_t micros) {
  char digits[40];
  std::snprintf(digits, sizeof(digits), "%llu.%06llu",
                static_cast<unsigned long long>(micros / 1'000'000),
                static_cast<unsigned long long>(micros % 1'000'000));
  json.key("execution_time");
  text += digits;
  json.endObject();
}

void writeRun(JsonWriter& json, std::string& text, rpc::JobResult::Reader result) {
  json.beginObject();
  json.field("status", isTimeLimit(result.getStatus()) ? "TimeLimitExceeded" : "Finished");
  writeCode(json, result);
  json.field("stdout", asText(result.getStdout())).field("stderr", asText(result.getStderr()));
  writeSeconds(json, text, result.getWallMicros());
}

void writeCompile(JsonWriter& json, std::string& text, rpc::Compile::Reader compile) {
  json.beginObject();
  json.field("status", isTimeLimit(compile.getStatus()) ? "TimeLimitExceeded" : "Finished");
  json.key("return_code");
  if (isTimeLimit(compile.getStatus())) {
    json.null();
  } else {
    const bool isKilled = !compile.getHasExitCode() && compile.getStatus() != JobStatus::OK;
    json.number(isKilled ? int64_t{-SIGKILL} : int64_t{compile.getExitCode()});
  }
  json.field("stdout", asText(compile.getStdout())).field("stderr", asText(compile.getStderr()));
  writeSeconds(json, text, compile.getWallMicros());
}

const char* statusOf(rpc::JobResult::Reader result) {
  if (result.getStatus() == JobStatus::SANDBOX_ERROR) return "SandboxError";
  return result.getStatus() == JobStatus::OK ? "Success" : "Failed";
}

void writeFiles(JsonWriter& json, rpc::JobResult::Reader result) {
  json.key("files").beginObject();
  for (auto file : result.getFiles()) {
    std::string name;
    appendJsonText(name, asView(file.getPath()));
    json.field(name, encodeBase64(asText(file.getContent())));
  }
  json.endObject();
}

}  // namespace

HttpResponse FusionAnswer::unprocessable(const FusionProblem& problem) {
  HttpResponse response;
  response.status = 422;
  JsonWriter json(response.body);
  json.beginObject().key("detail").beginArray().beginObject().key("loc").beginArray();
  json.string("body");
  if (!problem.field.empty()) json.string(problem.field);
  json.endArray().field("msg", problem.message).field("type", problem.type);
  json.endObject().endArray().endObject();
  return response;
}

HttpResponse FusionAnswer::refusal(const ApiError& error) const {
  if (error.status == 400 || error.status == 413) {
    return unprocessable({error.field, error.message, error.code});
  }
  HttpResponse response = errorResponse(error);
  response.body.clear();
  JsonWriter(response.body).beginObject().field("detail", error.message).endObject();
  return response;
}

// Files are written at once: their base64 is no part of the result that could be borrowed.
void FusionAnswer::appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                                const MaybeTrace&) const {
  JsonWriter json(text, gaps);
  const bool isBroken = result.getStatus() == JobStatus::SANDBOX_ERROR;
  json.beginObject().field("status", statusOf(result));
  json.field("message", isBroken ? asView(result.getMessage()) : std::string_view());
  json.key("compile_result");
  if (result.hasCompile()) {
    writeCompile(json, text, result.getCompile());
  } else {
    json.null();
  }
  json.key("run_result");
  if (isBroken || result.getStatus() == JobStatus::COMPILE_ERROR) {
    json.null();
  } else {
    writeRun(json, text, result);
  }
  json.key("executor_pod_name").null();
  JsonWriter files(text);
  text += ',';
  writeFiles(files, result);
  text += '}';
}

}  // namespace brood::gateway::sandboxfusion
