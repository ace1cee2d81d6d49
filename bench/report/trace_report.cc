#include "bench/report/trace_report.h"

#include <algorithm>
#include <vector>

#include "bench/report/text_table.h"

namespace brood::bench {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string perJob(uint64_t count, size_t jobs) {
  if (jobs == 0) return "-";
  const double value = static_cast<double>(count) / static_cast<double>(jobs);
  return value == 0 ? "" : threeDigits(value);
}

std::vector<std::string> timesOf(const std::vector<uint64_t>& nanos) {
  const Summary summary = summarize(nanos);
  if (summary.count == 0) return {"-", "-"};
  return {microsText(summary.p50), microsText(summary.p90)};
}

Rows stageRows(const TraceFigures& trace) {
  Rows rows{{"TRACE of a hot job over HTTP, µs", "p50", "p90", "gateway calls", "supervisor",
             "worker", "page faults"}};
  std::string process;
  uint64_t sums[4] = {};
  for (const auto& stage : trace.stages) {
    if (stage.isPart) {
      auto row = timesOf(stage.nanos);
      row.insert(row.begin(), "      " + stage.title);
      rows.push_back(std::move(row));
      continue;
    }
    if (stage.process != process) rows.push_back({process = stage.process});
    auto row = timesOf(stage.nanos);
    row.insert(row.begin(), "  " + stage.title);
    const uint64_t counts[] = {stage.gatewayCalls, stage.supervisorCalls, stage.workerCalls,
                               stage.workerFaults};
    for (size_t i = 0; i < std::size(counts); ++i) {
      row.push_back(perJob(counts[i], trace.counted));
      sums[i] += counts[i];
    }
    rows.push_back(std::move(row));
  }
  auto whole = timesOf(trace.plain.nanos);
  whole.insert(whole.begin(), "all of it");
  for (uint64_t sum : sums) whole.push_back(perJob(sum, trace.counted));
  rows.push_back(std::move(whole));
  return rows;
}

// Says what was traced by whom, and what that costs.
std::string perturbation(const TraceFigures& trace) {
  std::string text =
      "  times: " + grouped(trace.plain.nanos.size()) +
      " jobs, each with a clock reading per stage; medians of stages do not add up to that of the "
      "whole\n";
  if (!trace.whyNoKernel.empty()) {
    return text + "  no wake-ups, system calls and page faults: " + trace.whyNoKernel + "\n";
  }
  const uint64_t plain = summarize(trace.plain.nanos).p50;
  auto slower = [&](const LatencySeries& series) {
    const uint64_t other = summarize(series.nanos).p50;
    return microsText(other) + " instead of " + microsText(plain) + " µs as a whole";
  };
  text += "  wake-ups: " + grouped(trace.switches.nanos.size()) +
          " jobs with the kernel's trace of who runs: " + slower(trace.switches) + "\n";
  return text + "  counts: " + grouped(trace.counted) +
         " jobs with its trace of calls and page faults: " + slower(trace.calls) + "\n";
}

std::string callsText(const TraceFigures& trace) {
  if (trace.counted == 0) return "";
  std::string text = "\nSYSTEM CALLS per traced job\n";
  for (const auto& [process, calls] : trace.callsOfProcess) {
    std::vector<std::pair<uint64_t, long>> order;
    for (const auto& [number, count] : calls) order.emplace_back(count, number);
    std::sort(order.rbegin(), order.rend());
    text += "  " + process + ":";
    for (const auto& [count, number] : order) {
      const double each = static_cast<double>(count) / static_cast<double>(trace.counted);
      if (each < 0.05) break;
      text += " " + trace.callNames.at(number) + " " + threeDigits(each);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string traceText(const Measurements& measurements) {
  if (!measurements.trace) return "";
  const auto& trace = *measurements.trace;
  std::string text = numberTable(stageRows(trace)) + perturbation(trace) + callsText(trace);
  for (const auto* series : {&trace.plain, &trace.switches, &trace.calls}) {
    if (series->failures == 0) continue;
    text += "  " + grouped(series->failures) +
            " traced jobs FAILED, the first with: " + series->firstProblem + "\n";
  }
  return text;
}

}  // namespace brood::bench
