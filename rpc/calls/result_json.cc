#include "gateway/api/result_json.h"

#include <kj/encoding.h>

#include "rpc/utf8.h"

namespace brood {
namespace {

void writeLimitHit(JsonWriter& json, rpc::LimitHit::Reader hit) {
  json.key("limit").beginObject().field("name", asView(hit.getName()));
  json.field("limit", hit.getLimit()).field("measured", hit.getMeasured()).endObject();
}

// `name` holds the bytes themselves if they are text.
void writeBytes(JsonWriter& json, std::string_view name, capnp::Data::Reader bytes) {
  if (isUtf8(asView(bytes))) {
    json.field(name, asView(bytes)).field("encoding", "utf8");
  } else {
    const auto encoded = kj::encodeBase64(bytes);
    json.field(name, std::string_view(encoded.begin(), encoded.size())).field("encoding", "base64");
  }
}

void writeFiles(JsonWriter& json, rpc::JobResult::Reader result) {
  json.key("files").beginArray();
  for (auto file : result.getFiles()) writeFile(json, file);
  json.endArray();
}

void writeSkippedFiles(JsonWriter& json, rpc::JobResult::Reader result) {
  json.key("files_skipped").beginArray();
  for (auto file : result.getFilesSkipped()) {
    json.beginObject().field("path", asView(file.getPath()));
    json.field("reason", asView(file.getReason())).endObject();
  }
  json.endArray().field("files_skipped_total", result.getFilesSkippedTotal());
}

void writeCompile(JsonWriter& json, rpc::Compile::Reader compile) {
  json.key("compile").beginObject().field("status", statusName(compile.getStatus()));
  json.key("exit_code");
  if (compile.getHasExitCode()) {
    json.number(int64_t{compile.getExitCode()});
  } else {
    json.null();
  }
  json.field("stdout", asView(compile.getStdout())).field("stderr", asView(compile.getStderr()));
  json.field("wall_us", compile.getWallMicros()).field("cpu_us", compile.getCpuMicros());
  json.field("cached", compile.getCached()).endObject();
}

void writePoint(JsonWriter& json, std::string_view name, uint64_t nanos) {
  json.beginObject().field("at", name).field("ns", nanos).endObject();
}

// In no order of time: the gateway's own are before and after the supervisor's.
void writeTrace(JsonWriter& json, rpc::Trace::Reader trace, const MaybeTrace& own) {
  note(own, "gateway.encoded");
  json.key("trace").beginObject().field("worker_pid", trace.getWorkerPid());
  json.key("points").beginArray();
  for (auto point : trace.getPoints()) writePoint(json, asView(point.getName()), point.getNanos());
  if (own != nullptr) {
    for (const auto& point : own->points()) writePoint(json, point.name, point.nanos);
  }
  json.endArray().endObject();
}

}  // namespace

void writeRichResult(JsonWriter& json, rpc::RichResult::Reader result) {
  json.beginObject().field("mime", asView(result.getMime()));
  writeBytes(json, "data", result.getData());
  json.field("object", result.getObject()).endObject();
}

void writeFile(JsonWriter& json, rpc::CollectedFile::Reader file) {
  const auto content = file.getContent();
  json.beginObject().field("path", asView(file.getPath()));
  json.field("size", uint64_t{content.size()});
  writeBytes(json, "content", content);
  json.field("executable", file.getExecutable()).endObject();
}

std::string resultJson(rpc::JobResult::Reader result, bool withOutput, const MaybeTrace& trace) {
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
  if (result.hasCompile()) writeCompile(json, result.getCompile());
  if (withOutput) {
    json.key("results").beginArray();
    for (auto each : result.getResults()) writeRichResult(json, each);
    json.endArray();
    writeFiles(json, result);
  }
  json.field("results_truncated", result.getResultsTruncated());
  writeSkippedFiles(json, result);
  json.key("usage").beginObject();
  json.field("cpu_us", result.getCpuMicros()).field("wall_us", result.getWallMicros());
  json.field("peak_memory_bytes", result.getPeakMemoryBytes());
  json.field("processes_peak", result.getProcessesPeak());
  json.field("processes_refused", result.getProcessesRefused()).endObject();
  json.key("timing").beginObject().field("start", startName(result.getStart()));
  json.key("warm_by");
  if (result.getWarmBy().size() > 0) {
    json.string(asView(result.getWarmBy()));
  } else {
    json.null();
  }
  json.field("queue_us", result.getQueueMicros()).field("acquire_us", result.getAcquireMicros());
  json.field("run_us", result.getRunMicros()).field("total_us", result.getTotalMicros());
  json.endObject().key("isolation");
  writeIsolation(json, result.getIsolation());
  json.field("language", asView(result.getLanguage()));
  json.field("version", asView(result.getVersion()));
  if (result.hasTrace()) writeTrace(json, result.getTrace(), trace);
  json.endObject();
  return text;
}

void writeIsolation(JsonWriter& json, rpc::Isolation::Reader isolation) {
  json.beginObject().field("level", asView(isolation.getLevel()));
  json.field("tier", asView(isolation.getTier())).key("layers");
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
