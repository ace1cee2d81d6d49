#include "gateway/api/result_json.h"

namespace brood {
namespace {

void writeLimitHit(JsonWriter& json, rpc::LimitHit::Reader hit) {
  json.key("limit").beginObject().field("name", asView(hit.getName()));
  json.field("limit", hit.getLimit()).field("measured", hit.getMeasured()).endObject();
}

}  // namespace

std::string resultJson(rpc::JobResult::Reader result, bool withOutput) {
  std::string text;
  text.reserve(1024 + (result.getStdout().size() + result.getStderr().size()) * 9 / 8);
  JsonWriter json(text);
  json.beginObject();
  json.field("id", asView(result.getId())).field("status", statusName(result.getStatus()));
  json.key("exit_code");
  if (result.getHasExitCode()) {
    json.number(int64_t{result.getExitCode()});
  } else {
    json.null();
  }
  json.key("signal");
  if (result.getSignal().size() > 0) {
    json.string(asView(result.getSignal()));
  } else {
    json.null();
  }
  if (withOutput) {
    json.field("stdout", asView(result.getStdout())).field("stderr", asView(result.getStderr()));
  }
  json.field("stdout_truncated", result.getStdoutTruncated());
  json.field("stderr_truncated", result.getStderrTruncated());
  if (result.getMessage().size() > 0) json.field("message", asView(result.getMessage()));
  if (result.hasLimitHit()) writeLimitHit(json, result.getLimitHit());
  if (result.getDeniedCall().size() > 0) {
    json.field("denied_syscall", asView(result.getDeniedCall()));
  }
  json.key("results").beginArray().endArray().key("files").beginArray().endArray();
  json.key("usage").beginObject();
  json.field("cpu_us", result.getCpuMicros()).field("wall_us", result.getWallMicros());
  json.field("peak_memory_bytes", result.getPeakMemoryBytes());
  json.field("processes_peak", result.getProcessesPeak());
  json.field("processes_refused", result.getProcessesRefused()).endObject();
  json.key("timing").beginObject().field("start", startName(result.getStart()));
  json.field("queue_us", result.getQueueMicros()).field("acquire_us", result.getAcquireMicros());
  json.field("run_us", result.getRunMicros()).field("total_us", result.getTotalMicros());
  json.endObject().key("isolation");
  writeIsolation(json, result.getIsolation());
  json.field("language", asView(result.getLanguage()));
  json.field("version", asView(result.getVersion())).endObject();
  return text;
}

void writeIsolation(JsonWriter& json, rpc::Isolation::Reader isolation) {
  json.beginObject().field("level", asView(isolation.getLevel())).key("layers");
  writeTextList(json, isolation.getLayers());
  json.key("missing");
  writeTextList(json, isolation.getMissing());
  json.endObject();
}

void writeTextList(JsonWriter& json, capnp::List<capnp::Text>::Reader texts) {
  json.beginArray();
  for (auto text : texts) json.string(asView(text));
  json.endArray();
}

}  // namespace brood
