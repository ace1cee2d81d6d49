#include "rpc/calls/result_json.h"

namespace brood {
namespace {

constexpr std::string_view kWarmBy = "warm_by";

void writeExitCode(JsonWriter& json, bool isKnown, int32_t exitCode) {
  json.key("exit_code");
  if (isKnown) {
    json.number(int64_t{exitCode});
  } else {
    json.null();
  }
}

void writeTextOrNull(JsonWriter& json, std::string_view name, capnp::Text::Reader text) {
  json.key(name);
  if (text.size() > 0) {
    json.string(asView(text));
  } else {
    json.null();
  }
}

void writeUsage(JsonWriter& json, rpc::JobResult::Reader result) {
  json.key("usage").beginObject();
  json.field("cpu_us", result.getCpuMicros()).field("wall_us", result.getWallMicros());
  json.field("peak_memory_bytes", result.getPeakMemoryBytes());
  json.field("processes_peak", result.getProcessesPeak());
  json.field("processes_refused", result.getProcessesRefused()).endObject();
}

void writeTiming(JsonWriter& json, rpc::JobResult::Reader result) {
  json.key("timing").beginObject().field("start", startName(result.getStart()));
  writeTextOrNull(json, kWarmBy, result.getWarmBy());
  json.field("queue_us", result.getQueueMicros()).field("acquire_us", result.getAcquireMicros());
  json.field("run_us", result.getRunMicros()).field("total_us", result.getTotalMicros());
  json.endObject();
}

void writeLimitHit(JsonWriter& json, rpc::LimitHit::Reader hit) {
  json.key("limit").beginObject().field("name", asView(hit.getName()));
  json.field("limit", hit.getLimit()).field("measured", hit.getMeasured()).endObject();
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
  writeExitCode(json, compile.getHasExitCode(), compile.getExitCode());
  // A compiler's messages are cut as a job's output is, and do not say so.
  json.output("stdout", asView(compile.getStdout()), true);
  json.output("stderr", asView(compile.getStderr()), true);
  json.field("wall_us", compile.getWallMicros()).field("cpu_us", compile.getCpuMicros());
  json.field("cached", compile.getCached()).endObject();
}

void writePoint(JsonWriter& json, std::string_view name, uint64_t nanos) {
  json.beginObject().field("at", name).field("ns", nanos).endObject();
}

void writeEgress(JsonWriter& json, rpc::Egress::Reader egress) {
  json.key("egress").beginObject().key("allowed").beginArray();
  for (auto each : egress.getAllowed()) {
    json.beginObject().field("host", asView(each.getHost())).field("port", each.getPort());
    json.field("connections", each.getConnections()).field("up_bytes", each.getUpBytes());
    json.field("down_bytes", each.getDownBytes()).endObject();
  }
  json.endArray().key("denied").beginArray();
  for (auto each : egress.getDenied()) {
    json.beginObject().field("host", asView(each.getHost())).field("port", each.getPort());
    json.field("reason", asView(each.getReason())).field("rule", asView(each.getRule()));
    json.field("count", each.getCount()).endObject();
  }
  json.endArray().field("unlisted", egress.getUnlisted()).field("lost", egress.getLost());
  json.endObject();
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
  json.bytes("data", asView(result.getData()));
  json.field("object", result.getObject()).endObject();
}

void writeFile(JsonWriter& json, rpc::CollectedFile::Reader file) {
  const auto content = file.getContent();
  json.beginObject().field("path", asView(file.getPath()));
  json.field("size", uint64_t{content.size()});
  json.bytes("content", asView(content));
  json.field("executable", file.getExecutable()).endObject();
}

uint64_t payloadBytes(rpc::JobResult::Reader result) {
  uint64_t bytes = result.getStdout().size() + result.getStderr().size();
  for (auto file : result.getFiles()) bytes += file.getPath().size() + file.getContent().size();
  for (auto each : result.getResults()) bytes += each.getData().size();
  if (result.hasCompile()) {
    bytes += result.getCompile().getStdout().size() + result.getCompile().getStderr().size();
  }
  return bytes;
}

void writeResult(JsonWriter& json, rpc::JobResult::Reader result, bool withOutput,
                 const MaybeTrace& trace) {
  json.beginObject();
  writeResultFields(json, result, withOutput, trace);
  json.endObject();
}

void writeResultFields(JsonWriter& json, rpc::JobResult::Reader result, bool withOutput,
                       const MaybeTrace& trace) {
  json.field("id", asView(result.getId())).field("status", statusName(result.getStatus()));
  writeExitCode(json, result.getHasExitCode(), result.getExitCode());
  writeTextOrNull(json, "signal", result.getSignal());
  if (withOutput) {
    json.output("stdout", asView(result.getStdout()), result.getStdoutTruncated());
    json.output("stderr", asView(result.getStderr()), result.getStderrTruncated());
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
  }
  json.field("results_truncated", result.getResultsTruncated());
  if (withOutput) writeFiles(json, result);
  writeSkippedFiles(json, result);
  writeUsage(json, result);
  writeTiming(json, result);
  json.key("isolation");
  writeIsolation(json, result.getIsolation());
  json.field("language", asView(result.getLanguage()));
  json.field("version", asView(result.getVersion()));
  if (result.hasEgress()) writeEgress(json, result.getEgress());
  if (result.hasTrace()) writeTrace(json, result.getTrace(), trace);
}

void writeProfile(JsonWriter& json, rpc::ProfileInfo::Reader profile, bool withPool) {
  json.beginObject().field("name", asView(profile.getName())).field("ready", profile.getReady());
  json.field(kWarmBy, asView(profile.getWarmBy()));
  if (withPool) {
    json.field("idle", profile.getIdle()).field("target", profile.getTarget());
    json.field("starting", profile.getStarting()).field("primed", profile.getPrimed());
    json.field("primed_target", profile.getPrimedTarget());
    json.field("zygote_pid", profile.getZygotePid());
    json.field("zygote_restarts", profile.getZygoteRestarts());
  }
  json.key("jobs").beginObject().field("hot", profile.getJobsHot());
  json.field("warm", profile.getJobsWarm()).field("cold", profile.getJobsCold()).endObject();
  json.key("preloaded");
  writeTextList(json, profile.getPreloaded());
  json.key("missing");
  writeTextList(json, profile.getMissing());
  json.endObject();
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
