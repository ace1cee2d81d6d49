#include "bench/harness/text_report.h"

#include "bench/harness/text_table.h"

namespace brood::bench {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::vector<std::string> latencyRow(const LatencySeries& series) {
  Summary summary = summarize(series.nanos);
  if (summary.count == 0) return {"  " + series.title, "0", "-", "-", "-", "-"};
  return {"  " + series.title,     grouped(summary.count),  microsText(summary.p50),
          microsText(summary.p90), microsText(summary.p99), microsText(summary.max)};
}

// What the numbers above do not show.
std::string remarks(const Measurements& measurements) {
  std::string text;
  for (const auto& series : measurements.latency) {
    if (series.otherStarts > 0) {
      text += "  " + series.title + ": " + grouped(series.otherStarts) +
              " jobs were started in another way and are not counted\n";
    }
    if (series.failures > 0) {
      text += "  " + series.title + ": " + grouped(series.failures) +
              " FAILED, the first with: " + series.firstProblem + "\n";
    }
  }
  for (const auto& point : measurements.throughput) {
    if (point.failures > 0) {
      text += "  " + point.transport + ", " + grouped(point.clients) +
              " clients: " + grouped(point.failures) +
              " FAILED, the first with: " + point.firstProblem + "\n";
    }
  }
  for (const auto& point : measurements.openLoop) {
    if (point.failures > 0) {
      text += "  open loop, " + threeDigits(point.jobsPerSecond) +
              " jobs/s: " + grouped(point.failures) +
              " FAILED, the first with: " + point.firstProblem + "\n";
    }
  }
  if (measurements.unsettledWaits > 0) {
    text += "  " + grouped(measurements.unsettledWaits) +
            " runs began while the system still had other work\n";
  }
  return text;
}

std::string latencyText(const Measurements& measurements) {
  Rows rows{{"LATENCY, µs", "runs", "p50", "p90", "p99", "max"}};
  std::string group;
  for (const auto& series : measurements.latency) {
    if (series.group != group) rows.push_back({group = series.group});
    rows.push_back(latencyRow(series));
  }
  return numberTable(rows);
}

std::string ratioText(const Measurements& measurements) {
  Rows rows;
  for (const auto& ratio : ratiosOf(measurements)) {
    rows.push_back(
        {"  " + ratio.title, threeDigits(ratio.value) + (ratio.unit == "x" ? "" : " µs")});
  }
  return rows.empty() ? "" : "\nRATIOS of p50\n" + numberTable(rows);
}

std::string throughputText(const Measurements& measurements) {
  if (measurements.throughput.empty()) return "";
  Rows rows{{"THROUGHPUT", "clients", "jobs/s", "p50", "p90", "p99", "max", "hot", "warm", "cold",
             "failed"}};
  std::string transport;
  for (const auto& point : measurements.throughput) {
    Summary summary = summarize(point.nanos);
    std::string name = point.transport == transport ? "" : "  print(…) over " + point.transport;
    transport = point.transport;
    rows.push_back({name, grouped(point.clients), threeDigits(point.jobsPerSecond()),
                    microsText(summary.p50), microsText(summary.p90), microsText(summary.p99),
                    microsText(summary.max), grouped(point.hot), grouped(point.warm),
                    grouped(point.cold), grouped(point.failures)});
  }
  return "\n" + numberTable(rows);
}

std::string openLoopText(const Measurements& measurements) {
  if (measurements.openLoop.empty()) return "";
  Rows rows{{"OPEN LOOP, from when due", "jobs/s", "jobs", "p50", "p90", "p99", "max", "hot", "warm",
             "cold", "failed"}};
  for (const auto& point : measurements.openLoop) {
    Summary summary = summarize(point.nanos);
    rows.push_back({&point == &measurements.openLoop.front() ? "  print(…) over RPC" : "",
                    threeDigits(point.jobsPerSecond), grouped(point.due), microsText(summary.p50),
                    microsText(summary.p90), microsText(summary.p99), microsText(summary.max),
                    grouped(point.hot), grouped(point.warm), grouped(point.cold),
                    grouped(point.failures)});
  }
  return "\n" + numberTable(rows);
}

}  // namespace

std::string textReport(const Measurements& measurements) {
  std::string text = "Brood " + measurements.version + ", " + measurements.isolation + "; " +
                     std::to_string(measurements.cpus) + " CPUs, Linux " + measurements.kernel +
                     "\n\n" + latencyText(measurements) + ratioText(measurements) +
                     throughputText(measurements) + openLoopText(measurements);
  std::string notes = remarks(measurements);
  if (!notes.empty()) text += "\nNOTE\n" + notes;
  return text;
}

}  // namespace brood::bench
