#include "cli/client/rpc_json.h"

#include "rpc/calls/result_json.h"

namespace brood::cli {
namespace {

std::string text(capnp::Text::Reader reader) { return {reader.begin(), reader.size()}; }

Json texts(capnp::List<capnp::Text>::Reader readers) {
  Json result = Json::array();
  for (auto reader : readers) result.push_back(text(reader));
  return result;
}

// Returns what the encoder of results writes as a document, to be printed with other things.
template <typename Write>
Json written(Write write) {
  std::string text;
  JsonWriter json(text);
  write(json);
  return Json::parse(text);
}

Json isolationJson(rpc::Isolation::Reader isolation) {
  return written([&](JsonWriter& json) { writeIsolation(json, isolation); });
}

Json profileJson(rpc::ProfileInfo::Reader profile) {
  return written([&](JsonWriter& json) { writeProfile(json, profile, true); });
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
                      {"contexts", runtime.getHasContexts()},
                      {"available", runtime.getWhyUnavailable().size() == 0},
                      {"why_unavailable", text(runtime.getWhyUnavailable())},
                      {"description", text(runtime.getDescription())},
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
  return written([&](JsonWriter& json) { writeResult(json, result, true); });
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

Json egressJson(rpc::EgressStatus::Reader egress) {
  Json json{{"enabled", egress.getEnabled()},      {"ready", egress.getReady()},
            {"by_default", egress.getByDefault()}, {"pid", egress.getPid()},
            {"restarts", egress.getRestarts()},    {"entries", egress.getEntries()},
            {"layers", texts(egress.getLayers())}, {"missing", texts(egress.getMissing())}};
  if (egress.getWhyNot().size() > 0) json["reason"] = text(egress.getWhyNot());
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
          {"sessions",
           {{"running", status.getSessionsRunning()},
            {"paused", status.getSessionsPaused()},
            {"total", status.getSessionsTotal()}}},
          {"egress", egressJson(status.getEgress())},
          {"runtimes", runtimesJson(status.getRuntimes())},
          {"executed", profileJson(status.getExecuted())},
          {"refused_manifests", refusalsJson(status.getRefusedManifests())}};
}

std::string jsonText(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace brood::cli
