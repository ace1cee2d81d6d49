#include "bench/report/json_report.h"

#include <nlohmann/json.hpp>

#include "bench/report/goals.h"

namespace brood::bench {
namespace {

using Json = nlohmann::ordered_json;

double micros(uint64_t nanos) { return static_cast<double>(nanos) / 1e3; }

Json durations(const std::vector<uint64_t>& nanos) {
  Summary summary = summarize(nanos);
  if (summary.count == 0) return nullptr;
  return {{"min", micros(summary.min)},
          {"p50", micros(summary.p50)},
          {"p90", micros(summary.p90)},
          {"p99", micros(summary.p99)},
          {"max", micros(summary.max)}};
}

Json samples(const std::vector<uint64_t>& nanos) {
  Json all = Json::array();
  for (uint64_t each : nanos) all.push_back(micros(each));
  return all;
}

Json problem(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json latencyJson(const LatencySeries& series) {
  return {{"title", series.title},
          {"group", series.group},
          {"runs", series.nanos.size()},
          {"us", durations(series.nanos)},
          {"samples_us", samples(series.nanos)},
          {"other_starts", series.otherStarts},
          {"failures", series.failures},
          {"first_problem", problem(series.firstProblem)}};
}

Json throughputJson(const ThroughputPoint& point) {
  return {{"transport", point.transport},
          {"clients", point.clients},
          {"seconds", point.seconds},
          {"jobs", point.nanos.size()},
          {"jobs_per_second", point.jobsPerSecond()},
          {"us", durations(point.nanos)},
          {"starts", {{"hot", point.hot}, {"warm", point.warm}, {"cold", point.cold}}},
          {"failures", point.failures},
          {"first_problem", problem(point.firstProblem)}};
}

Json openLoopJson(const OpenLoopPoint& point) {
  return {{"jobs_per_second", point.jobsPerSecond},
          {"seconds", point.seconds},
          {"due", point.due},
          {"answered", point.nanos.size()},
          {"us", durations(point.nanos)},
          {"starts", {{"hot", point.hot}, {"warm", point.warm}, {"cold", point.cold}}},
          {"failures", point.failures},
          {"first_problem", problem(point.firstProblem)}};
}

Json languageJson(const LanguageFigures& language) {
  const auto hot = summarize(language.hot.nanos);
  return {{"name", language.name},
          {"version", language.version},
          {"warm_by", language.warmBy},
          {"native", latencyJson(language.native)},
          {"cold", latencyJson(language.cold)},
          {"hot", latencyJson(language.hot)},
          {"cold_to_hot", ratioOfMedians(summarize(language.cold.nanos), hot)},
          {"native_to_hot", ratioOfMedians(summarize(language.native.nanos), hot)},
          {"throughput", throughputJson(language.load)}};
}

Json variantJson(const VariantFigures& variant) {
  return {{"group", variant.group},
          {"title", variant.title},
          {"size", variant.size},
          {"hot", latencyJson(variant.hot)},
          {"warm", latencyJson(variant.warm)},
          {"equal_fork", latencyJson(variant.equalFork)},
          {"throughput", throughputJson(variant.load)},
          {"cpu_us_per_job", variant.busyMicrosPerJob()},
          {"zygote_kib", variant.zygoteKib},
          {"worker_kib", variant.workerKib}};
}

Json sizeJson(const SizePoint& point) {
  Json json{{"part", point.part}, {"transport", point.transport}, {"bytes", point.bytes}};
  json.update(latencyJson(point.series));
  return json;
}

Json burstJson(const BurstPoint& point) {
  return {{"jobs", point.jobs},
          {"us", durations(point.nanos)},
          {"all_answered_us", samples(point.answeredNanos)},
          {"pool_full_again_us", samples(point.refilledNanos)},
          {"starts", {{"hot", point.hot}, {"warm", point.warm}, {"cold", point.cold}}},
          {"failures", point.failures},
          {"first_problem", problem(point.firstProblem)}};
}

Json censusJson(const Census& census) {
  return {{"processes", census.processes},     {"network_namespaces", census.networkNamespaces},
          {"cgroups", census.cgroups},         {"mounts", census.mounts},
          {"descriptors", census.descriptors}, {"slab_kib", census.slabKib},
          {"resident_kib", census.residentKib}};
}

Json flatJson(const FlatFigures& flat) {
  return {{"jobs", flat.jobs},
          {"seconds", flat.seconds},
          {"before", censusJson(flat.before)},
          {"after", censusJson(flat.after)},
          {"failures", flat.failures},
          {"first_problem", problem(flat.firstProblem)}};
}

Json stageJson(const TraceStage& stage) {
  return {{"process", stage.process},
          {"title", stage.title},
          {"is_part", stage.isPart},
          {"us", durations(stage.nanos)},
          {"samples_us", samples(stage.nanos)},
          {"gateway_calls", stage.gatewayCalls},
          {"supervisor_calls", stage.supervisorCalls},
          {"worker_calls", stage.workerCalls},
          {"worker_page_faults", stage.workerFaults}};
}

Json traceJson(const TraceFigures& trace) {
  Json json{{"plain", latencyJson(trace.plain)},
            {"with_switches", latencyJson(trace.switches)},
            {"with_calls", latencyJson(trace.calls)},
            {"jobs_counted", trace.counted},
            {"why_no_kernel_trace", problem(trace.whyNoKernel)}};
  json["stages"] = Json::array();
  for (const auto& stage : trace.stages) json["stages"].push_back(stageJson(stage));
  json["system_calls"] = Json::object();
  for (const auto& [process, calls] : trace.callsOfProcess) {
    for (const auto& [number, count] : calls) {
      json["system_calls"][process][trace.callNames.at(number)] = count;
    }
  }
  return json;
}

}  // namespace

std::string jsonReport(const Measurements& measurements) {
  Json json{{"version", measurements.version},
            {"kernel", measurements.kernel},
            {"cpus", measurements.cpus},
            {"isolation", measurements.isolation},
            {"own_system", measurements.isOwnSystem},
            {"unsettled_waits", measurements.unsettledWaits},
            {"failures", measurements.failures()}};
  json["latency"] = Json::object();
  for (const auto& series : measurements.latency) json["latency"][series.key] = latencyJson(series);
  json["ratios"] = Json::object();
  for (const auto& ratio : ratiosOf(measurements)) json["ratios"][ratio.key] = ratio.value;
  json["throughput"] = Json::array();
  for (const auto& point : measurements.throughput) {
    json["throughput"].push_back(throughputJson(point));
  }
  json["open_loop"] = Json::array();
  for (const auto& point : measurements.openLoop) json["open_loop"].push_back(openLoopJson(point));
  json["languages"] = Json::array();
  for (const auto& language : measurements.languages) {
    json["languages"].push_back(languageJson(language));
  }
  json["variants"] = Json::object();
  for (const auto& variant : measurements.variants) {
    json["variants"][variant.key] = variantJson(variant);
  }
  json["sizes"] = Json::array();
  for (const auto& point : measurements.sizes) json["sizes"].push_back(sizeJson(point));
  json["bursts"] = Json::array();
  for (const auto& point : measurements.bursts) json["bursts"].push_back(burstJson(point));
  json["trace"] = measurements.trace ? traceJson(*measurements.trace) : Json();
  json["flat"] = measurements.flat ? flatJson(*measurements.flat) : Json();
  json["left_out"] = measurements.leftOut;
  json["goals"] = Json::array();
  for (const auto& goal : goalsOf(measurements)) {
    json["goals"].push_back({{"key", goal.key},
                             {"number", goal.number},
                             {"title", goal.title},
                             {"floor", goal.floor},
                             {"value", goal.value},
                             {goal.isUpperBound ? "at_most" : "at_least", goal.bound},
                             {"met", goal.isMet()},
                             {"least", goal.least ? Json(*goal.least) : Json()},
                             {"accepted", goal.isAccepted()}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace brood::bench
