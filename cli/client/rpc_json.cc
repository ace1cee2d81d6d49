#include "cli/rpc_json.h"

#include <kj/encoding.h>

#include "rpc/utf8.h"

namespace brood {
namespace {

std::string text(capnp::Text::Reader reader) { return {reader.begin(), reader.size()}; }

std::string text(capnp::Data::Reader reader) {
  return {reinterpret_cast<const char*>(reader.begin()), reader.size()};
}

Json texts(capnp::List<capnp::Text>::Reader readers) {
  Json result = Json::array();
  for (auto reader : readers) result.push_back(text(reader));
  return result;
}

// As text where it is text.
void addBytes(Json& json, const char* name, std::string bytes) {
  const bool isText = isUtf8(bytes);
  if (!isText) {
    auto encoded = kj::encodeBase64(kj::StringPtr(bytes.data(), bytes.size()).asBytes());
    bytes.assign(encoded.begin(), encoded.size());
  }
  json[name] = std::move(bytes);
  json["encoding"] = isText ? "utf8" : "base64";
}

void addFiles(Json& json, rpc::JobResult::Reader result) {
  json["files"] = Json::array();
  for (auto file : result.getFiles()) {
    auto content = text(file.getContent());
    Json one{{"path", text(file.getPath())},
             {"size", content.size()},
             {"executable", file.getExecutable()}};
    addBytes(one, "content", std::move(content));
    json["files"].push_back(std::move(one));
  }
  json["files_skipped"] = Json::array();
  for (auto file : result.getFilesSkipped()) {
    json["files_skipped"].push_back(
        {{"path", text(file.getPath())}, {"reason", text(file.getReason())}});
  }
  json["files_skipped_total"] = result.getFilesSkippedTotal();
}

Json isolationJson(rpc::Isolation::Reader isolation) {
  return {{"level", text(isolation.getLevel())},
          {"tier", text(isolation.getTier())},
          {"layers", texts(isolation.getLayers())},
          {"missing", texts(isolation.getMissing())}};
}

Json profileJson(rpc::ProfileInfo::Reader profile) {
  return {{"name", text(profile.getName())},
          {"ready", profile.getReady()},
          {"warm_by", text(profile.getWarmBy())},
          {"idle", profile.getIdle()},
          {"target", profile.getTarget()},
          {"starting", profile.getStarting()},
          {"primed", profile.getPrimed()},
          {"primed_target", profile.getPrimedTarget()},
          {"zygote_pid", profile.getZygotePid()},
          {"zygote_restarts", profile.getZygoteRestarts()},
          {"jobs",
           {{"hot", profile.getJobsHot()},
            {"warm", profile.getJobsWarm()},
            {"cold", profile.getJobsCold()}}},
          {"preloaded", texts(profile.getPreloaded())},
          {"missing", texts(profile.getMissing())}};
}

Json runtimesJson(capnp::List<rpc::RuntimeInfo>::Reader runtimes) {
  Json result = Json::array();
  for (auto runtime : runtimes) {
    Json profiles = Json::array();
    for (auto profile : runtime.getProfiles()) profiles.push_back(profileJson(profile));
    result.push_back({{"language", text(runtime.getLanguage())},
                      {"version", text(runtime.getVersion())},
                      {"aliases", texts(runtime.getAliases())},
                      {"endings", texts(runtime.getEndings())},
                      {"compiled", runtime.getCompiled()},
                      {"available", runtime.getWhyUnavailable().size() == 0},
                      {"why_unavailable", text(runtime.getWhyUnavailable())},
                      {"profiles", profiles}});
  }
  return result;
}

Json refusalsJson(capnp::List<rpc::RefusedManifest>::Reader refusals) {
  Json result = Json::array();
  for (auto refusal : refusals) {
    result.push_back({{"file", text(refusal.getFile())},
                      {"line", refusal.getLine()},
                      {"reason", text(refusal.getReason())}});
  }
  return result;
}

}  // namespace

Json resultJson(rpc::JobResult::Reader result) {
  Json json;
  json["id"] = text(result.getId());
  json["status"] = statusName(result.getStatus());
  json["exit_code"] = result.getHasExitCode() ? Json(result.getExitCode()) : Json();
  json["signal"] = result.getSignal().size() > 0 ? Json(text(result.getSignal())) : Json();
  json["stdout"] = text(result.getStdout());
  json["stderr"] = text(result.getStderr());
  json["stdout_truncated"] = result.getStdoutTruncated();
  json["stderr_truncated"] = result.getStderrTruncated();
  if (result.getMessage().size() > 0) json["message"] = text(result.getMessage());
  if (result.hasLimitHit()) {
    auto hit = result.getLimitHit();
    json["limit"] = {
        {"name", text(hit.getName())}, {"limit", hit.getLimit()}, {"measured", hit.getMeasured()}};
  }
  if (result.getDeniedCall().size() > 0) json["denied_syscall"] = text(result.getDeniedCall());
  if (result.hasCompile()) {
    auto compile = result.getCompile();
    json["compile"] = {
        {"status", statusName(compile.getStatus())},
        {"exit_code", compile.getHasExitCode() ? Json(compile.getExitCode()) : Json()},
        {"stdout", text(compile.getStdout())},
        {"stderr", text(compile.getStderr())},
        {"wall_us", compile.getWallMicros()},
        {"cpu_us", compile.getCpuMicros()},
        {"cached", compile.getCached()}};
  }
  json["results"] = Json::array();
  for (auto each : result.getResults()) {
    Json one{{"mime", text(each.getMime())}, {"object", each.getObject()}};
    addBytes(one, "data", text(each.getData()));
    json["results"].push_back(std::move(one));
  }
  json["results_truncated"] = result.getResultsTruncated();
  addFiles(json, result);
  json["usage"] = {{"cpu_us", result.getCpuMicros()},
                   {"wall_us", result.getWallMicros()},
                   {"peak_memory_bytes", result.getPeakMemoryBytes()},
                   {"processes_peak", result.getProcessesPeak()},
                   {"processes_refused", result.getProcessesRefused()}};
  json["timing"] = {{"start", startName(result.getStart())},
                    {"warm_by",
                     result.getWarmBy().size() > 0 ? Json(text(result.getWarmBy())) : Json()},
                    {"queue_us", result.getQueueMicros()},
                    {"acquire_us", result.getAcquireMicros()},
                    {"run_us", result.getRunMicros()},
                    {"total_us", result.getTotalMicros()}};
  json["isolation"] = isolationJson(result.getIsolation());
  json["language"] = text(result.getLanguage());
  json["version"] = text(result.getVersion());
  return json;
}

Json rejectionJson(rpc::Rejection::Reader rejection) {
  Json error{{"code", text(rejection.getCode())}, {"message", text(rejection.getMessage())}};
  if (rejection.getField().size() > 0) error["field"] = text(rejection.getField());
  return {{"error", error}};
}

Json canaryJson(rpc::Canary::Reader canary) {
  auto checks = Json::array();
  for (auto check : canary.getChecks()) {
    checks.push_back({{"name", text(check.getName())},
                      {"what", text(check.getWhat())},
                      {"verdict", text(check.getVerdict())},
                      {"layers", texts(check.getLayers())},
                      {"detail", text(check.getDetail())}});
  }
  Json json{{"runs", canary.getRuns()}, {"age_ms", canary.getAgeMs()}, {"checks", checks}};
  if (canary.getError().size() > 0) json["error"] = text(canary.getError());
  if (canary.getIsolationLost().size() > 0) {
    json["isolation_lost"] = text(canary.getIsolationLost());
  }
  return json;
}

Json statusJson(rpc::Status::Reader status) {
  return {{"version", text(status.getVersion())},
          {"pid", status.getPid()},
          {"uptime_ms", status.getUptimeMs()},
          {"ready", status.getReady()},
          {"draining", status.getDraining()},
          {"isolation", isolationJson(status.getIsolation())},
          {"canary", canaryJson(status.getCanary())},
          {"cgroup", text(status.getCgroup())},
          {"slot_builder_pid", status.getSlotBuilderPid()},
          {"slots",
           {{"ready", status.getSlotsReady()},
            {"target", status.getSlotsTarget()},
            {"tearing_down", status.getSlotsTearingDown()},
            {"groups_kept", status.getGroupsKept()}}},
          {"jobs",
           {{"running", status.getJobsRunning()},
            {"queued", status.getJobsQueued()},
            {"total", status.getJobsTotal()}}},
          {"runtimes", runtimesJson(status.getRuntimes())},
          {"executed", profileJson(status.getExecuted())},
          {"refused_manifests", refusalsJson(status.getRefusedManifests())}};
}

std::string jsonText(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace brood
