#include "bench/report/text_report.h"

#include <algorithm>

#include "bench/report/goals.h"
#include "bench/report/scenario_report.h"
#include "bench/report/text_table.h"
#include "bench/report/trace_report.h"
#include "bench/report/variant_report.h"

namespace brood::bench {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::vector<std::string> latencyRow(const LatencySeries& series) {
  Summary summary = summarize(series.nanos);
  if (summary.count == 0) return {"  " + series.title, "0", "-", "-", "-", "-"};
  return {"  " + series.title,     grouped(summary.count),  microsText(summary.p50),
          microsText(summary.p90), microsText(summary.p99), microsText(summary.max)};
}

// Adds what the numbers above do not show.
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
  if (measurements.latency.empty()) return "";
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
  return rows.empty() ? "" : "RATIOS of p50\n" + numberTable(rows);
}

// "  3  title" and "  10 title", so that titles begin in one column.
std::string numbered(const Goal& goal) {
  return "  " + std::to_string(goal.number) + (goal.number < 10 ? "  " : " ") + goal.title;
}

std::string missingGoals(const std::vector<Goal>& goals) {
  std::string text;
  for (int number = 1; number <= kGoalCount; ++number) {
    const bool isThere = std::any_of(goals.begin(), goals.end(),
                                     [&](const Goal& goal) { return goal.number == number; });
    if (!isThere) text += (text.empty() ? " " : ", ") + std::to_string(number);
  }
  return text.empty() ? "" : "  not measured in this run:" + text + "; --full measures all\n";
}

std::string goalsText(const Measurements& measurements) {
  const auto goals = goalsOf(measurements);
  if (goals.empty()) return "";
  Rows rows{{"GOALS, by number in docs/performance/results.md", "floor", "value", "goal", "",
             "at least", ""}};
  for (const auto& goal : goals) {
    const std::string sign = goal.isUpperBound ? "≤ " : "≥ ";
    std::vector<std::string> row{numbered(goal), goal.floor, threeDigits(goal.value),
                                 sign + threeDigits(goal.bound), goal.isMet() ? "met" : "not met"};
    if (goal.least) {
      row.push_back(sign + threeDigits(*goal.least));
      row.push_back(goal.isAccepted() ? "met" : "not met");
    }
    rows.push_back(std::move(row));
  }
  return numberTable(rows) + missingGoals(goals);
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
  return numberTable(rows);
}

std::string openLoopText(const Measurements& measurements) {
  if (measurements.openLoop.empty()) return "";
  Rows rows{{"OPEN LOOP, from when due", "jobs/s", "jobs", "p50", "p90", "p99", "max", "hot",
             "warm", "cold", "failed"}};
  for (const auto& point : measurements.openLoop) {
    Summary summary = summarize(point.nanos);
    rows.push_back({&point == &measurements.openLoop.front() ? "  print(…) over RPC" : "",
                    threeDigits(point.jobsPerSecond), grouped(point.due), microsText(summary.p50),
                    microsText(summary.p90), microsText(summary.p99), microsText(summary.max),
                    grouped(point.hot), grouped(point.warm), grouped(point.cold),
                    grouped(point.failures)});
  }
  return numberTable(rows);
}

std::string quotientText(const Summary& numerator, const Summary& denominator) {
  if (numerator.count == 0 || denominator.count == 0) return "-";
  return threeDigits(ratioOfMedians(numerator, denominator));
}

std::string medianText(const Summary& summary) {
  return summary.count == 0 ? "-" : microsText(summary.p50);
}

std::string languagesText(const Measurements& measurements) {
  if (measurements.languages.empty()) return "";
  Rows rows{{"LANGUAGES, µs", "start", "runs", "native", "cold", "hot", "hot p99", "cold ÷ hot",
             "native ÷ hot", "jobs/s"}};
  for (const auto& language : measurements.languages) {
    const Summary native = summarize(language.native.nanos);
    const Summary cold = summarize(language.cold.nanos);
    const Summary hot = summarize(language.hot.nanos);
    rows.push_back({"  " + language.name + " " + language.version, language.warmBy,
                    grouped(hot.count), medianText(native), medianText(cold), medianText(hot),
                    hot.count == 0 ? "-" : microsText(hot.p99), quotientText(cold, hot),
                    quotientText(native, hot),
                    language.load.seconds > 0 ? threeDigits(language.load.jobsPerSecond()) : "-"});
  }
  return numberTable(rows);
}

std::string languageRemarks(const Measurements& measurements) {
  std::string text;
  for (const auto& language : measurements.languages) {
    if (language.native.failures > 0) {
      text += "  " + language.name + ", native: " + language.native.firstProblem + "\n";
    }
    for (const auto* series : {&language.hot, &language.cold}) {
      if (series->otherStarts == 0 && series->failures == 0) continue;
      text += "  " + language.name + (series == &language.hot ? ", hot: " : ", cold: ") +
              grouped(series->otherStarts) + " started in another way, " +
              grouped(series->failures) + " FAILED " + series->firstProblem + "\n";
    }
    if (language.load.failures > 0) {
      text += "  " + language.name + ", " + grouped(language.load.clients) +
              " clients: " + grouped(language.load.failures) +
              " FAILED, the first with: " + language.load.firstProblem + "\n";
    }
  }
  return text;
}

}  // namespace

std::string textReport(const Measurements& measurements) {
  std::string text = "Brood " + measurements.version + ", " + measurements.isolation + "; " +
                     std::to_string(measurements.cpus) + " CPUs, Linux " + measurements.kernel +
                     "\n";
  for (const auto& section :
       {latencyText(measurements), ratioText(measurements), sizesText(measurements),
        burstsText(measurements), throughputText(measurements), openLoopText(measurements),
        languagesText(measurements), variantsText(measurements), traceText(measurements),
        flatText(measurements), goalsText(measurements)}) {
    if (!section.empty()) text += "\n" + section;
  }
  const std::string notes = remarks(measurements) + languageRemarks(measurements) +
                            variantRemarks(measurements) + scenarioRemarks(measurements);
  if (!notes.empty()) text += "\nNOTE\n" + notes;
  return text;
}

std::string markdownReport(const Measurements& measurements, const std::string& comparison) {
  return "# brood bench\n\n```\n" + textReport(measurements) + comparison + "```\n";
}

}  // namespace brood::bench
