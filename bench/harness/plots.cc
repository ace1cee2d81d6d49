#include "bench/harness/plots.h"

#include <algorithm>

#include "bench/harness/scenario_report.h"
#include "bench/harness/svg_bars.h"
#include "bench/harness/svg_plot.h"
#include "bench/harness/trace_report.h"

namespace brood::bench {
namespace {

constexpr size_t kPointsOfCdf = 200;

double micros(uint64_t nanos) { return std::max(static_cast<double>(nanos) / 1e3, 0.1); }

PlotLine cdfOf(const LatencySeries& series) {
  std::vector<uint64_t> sorted = series.nanos;
  std::sort(sorted.begin(), sorted.end());
  PlotLine line;
  line.name = series.title;
  const size_t points = std::min(kPointsOfCdf, sorted.size());
  for (size_t i = 1; i <= points; ++i) {
    const size_t rank = i * sorted.size() / points;
    line.points.emplace_back(micros(sorted[rank - 1]), 100.0 * static_cast<double>(rank) /
                                                           static_cast<double>(sorted.size()));
  }
  return line;
}

Plot cdfs(const Measurements& measurements, const std::string& title,
          const std::vector<std::string>& keys, const std::vector<std::string>& floors) {
  Plot plot{title, {"µs, logarithmic", true}, {"% of jobs answered within", false}, {}, false};
  auto add = [&](const std::string& key, bool isFloor) {
    for (const auto& series : measurements.latency) {
      if (series.key != key || series.nanos.empty()) continue;
      plot.lines.push_back(cdfOf(series));
      plot.lines.back().isDashed = isFloor;
    }
  };
  for (const auto& key : keys) add(key, false);
  for (const auto& key : floors) add(key, true);
  return plot;
}

// One line per transport.
template <typename Value>
void addByClients(const Measurements& measurements, const std::string& suffix, bool isDashed,
                  Plot& plot, Value&& value) {
  for (const char* transport : {"RPC", "HTTP"}) {
    PlotLine line{transport + suffix, {}, isDashed};
    for (const auto& point : measurements.throughput) {
      if (point.transport != transport || point.nanos.empty()) continue;
      line.points.emplace_back(static_cast<double>(point.clients), value(point));
    }
    if (!line.points.empty()) plot.lines.push_back(std::move(line));
  }
}

Plot openLoop(const Measurements& measurements) {
  Plot plot{"Jobs that come at a fixed rate, from when they were due",
            {"jobs per second", false},
            {"µs, logarithmic", true},
            {}};
  if (measurements.openLoop.empty()) return plot;
  const std::pair<const char*, uint64_t Summary::*> percentiles[] = {
      {"p50", &Summary::p50}, {"p90", &Summary::p90}, {"p99", &Summary::p99}};
  for (const auto& [name, member] : percentiles) {
    PlotLine line{name, {}};
    for (const auto& point : measurements.openLoop) {
      if (point.nanos.empty()) continue;
      line.points.emplace_back(point.jobsPerSecond, micros(summarize(point.nanos).*member));
    }
    if (!line.points.empty()) plot.lines.push_back(std::move(line));
  }
  return plot;
}

// What the size of a zygote does to what it forks.
Plot heaps(const Measurements& measurements) {
  Plot plot{"One job at a time, by the memory of its zygote",
            {"MB of touched memory, logarithmic", true},
            {"µs, logarithmic", true},
            {}};
  PlotLine hot{"hot", {}}, warm{"warm: forked for the job", {}},
      bare{"bare fork, exit and wait, 4 KiB pages", {}, true};
  for (const auto& variant : measurements.variants) {
    if (variant.group != "heaps" || variant.zygoteKib == 0) continue;
    const double megabytes = static_cast<double>(variant.zygoteKib) / 1024;
    auto add = [&](PlotLine& line, const LatencySeries& series) {
      if (!series.nanos.empty())
        line.points.emplace_back(megabytes, micros(summarize(series.nanos).p50));
    };
    add(hot, variant.hot);
    add(warm, variant.warm);
    add(bare, variant.equalFork);
  }
  for (auto* line : {&hot, &warm, &bare}) {
    if (!line->points.empty()) plot.lines.push_back(std::move(*line));
  }
  return plot;
}

template <typename Value>
BarChart ablation(const Measurements& measurements, const std::string& title, Value&& value) {
  BarChart chart{title, "× default", 1, {}};
  if (measurements.variants.empty()) return chart;
  const double base = value(measurements.variants.front());
  if (base == 0) return chart;
  for (const auto& variant : measurements.variants) {
    if (variant.group.empty() || variant.group == "heaps" || value(variant) == 0) continue;
    chart.bars.push_back({variant.group, variant.title, value(variant) / base});
  }
  return chart;
}

}  // namespace

std::vector<Picture> picturesOf(const Measurements& measurements) {
  std::vector<Picture> pictures;
  auto add = [&](const char* name, const std::string& svg) {
    if (!svg.empty()) pictures.push_back({name, svg});
  };
  add("latency",
      svgOf(cdfs(measurements, "One job at a time", {"rpc_hot", "http_hot", "rpc_warm", "rpc_cold"},
                 {"ping_pong", "fork_exit", "native"})));
  add("latency-pandas",
      svgOf(cdfs(measurements, "A job that imports numpy and pandas",
                 {"pandas_hot", "pandas_typical_hot", "pandas_warm", "pandas_cold"},
                 {"pandas_native"})));
  Plot rate{"Clients without a pause", {"clients, logarithmic", true}, {"jobs per second"}, {}};
  addByClients(measurements, "", false, rate, [](auto& point) { return point.jobsPerSecond(); });
  add("throughput", svgOf(rate));
  Plot under{
      "What each of them waits", {"clients, logarithmic", true}, {"µs, logarithmic", true}, {}};
  addByClients(measurements, ", p50", false, under,
               [](auto& point) { return micros(summarize(point.nanos).p50); });
  addByClients(measurements, ", p99", true, under,
               [](auto& point) { return micros(summarize(point.nanos).p99); });
  add("latency-under-load", svgOf(under));
  add("open-loop", svgOf(openLoop(measurements)));
  add("sizes", svgOf(sizesPlot(measurements)));
  add("bursts", svgOf(burstsPlot(measurements)));
  add("trace", svgOf(traceBars(measurements)));
  add("heaps", svgOf(heaps(measurements)));
  add("ablation-hot",
      svgOf(ablation(
          measurements, "A hot job's median, each with one thing otherwise",
          [](auto& variant) { return static_cast<double>(summarize(variant.hot.nanos).p50); })));
  add("ablation-cpu",
      svgOf(ablation(measurements, "CPU time of a job with all that comes before and after it",
                     [](auto& variant) { return variant.busyMicrosPerJob(); })));
  return pictures;
}

}  // namespace brood::bench
