#include "bench/report/scenario_report.h"

#include <vector>

#include "bench/report/text_table.h"

namespace brood::bench {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string bytesText(size_t bytes) {
  if (bytes >= 1 << 20) return grouped(bytes >> 20) + " MB";
  return grouped(bytes >> 10) + " KB";
}

const SizePoint* overHttp(const Measurements& measurements, const SizePoint& rpc) {
  for (const auto& point : measurements.sizes) {
    if (point.transport == "HTTP" && point.part == rpc.part && point.bytes == rpc.bytes) {
      return &point;
    }
  }
  return nullptr;
}

void addTimes(const std::vector<uint64_t>& nanos, std::vector<std::string>& row) {
  const Summary summary = summarize(nanos);
  row.push_back(summary.count == 0 ? "-" : microsText(summary.p50));
  row.push_back(summary.count == 0 ? "-" : microsText(summary.p90));
}

std::string starts(size_t otherStarts, size_t failures, const std::string& problem) {
  std::string text;
  if (otherStarts > 0) text += grouped(otherStarts) + " started in another way, not counted";
  if (failures == 0) return text;
  return text + (text.empty() ? "" : "; ") + grouped(failures) +
         " FAILED, the first with: " + problem;
}

}  // namespace

std::string sizesText(const Measurements& measurements) {
  Rows rows{{"SIZES, hot, µs", "bytes", "runs", "RPC p50", "p90", "HTTP p50", "p90"}};
  std::string part;
  for (const auto& point : measurements.sizes) {
    if (point.transport != "RPC") continue;
    std::vector<std::string> row{point.part == part ? "" : "  " + point.part,
                                 bytesText(point.bytes), grouped(point.series.nanos.size())};
    part = point.part;
    addTimes(point.series.nanos, row);
    if (const auto* http = overHttp(measurements, point)) addTimes(http->series.nanos, row);
    rows.push_back(std::move(row));
  }
  return rows.size() == 1 ? "" : numberTable(rows);
}

std::string burstsText(const Measurements& measurements) {
  if (measurements.bursts.empty()) return "";
  Rows rows{{"BURSTS, at once, ms", "rounds", "first", "each p50", "p99", "all answered",
             "pool full again", "hot", "warm", "cold", "failed"}};
  auto millis = [](uint64_t nanos) { return threeDigits(static_cast<double>(nanos) / 1e6); };
  for (const auto& point : measurements.bursts) {
    const Summary jobs = summarize(point.nanos);
    rows.push_back({"  " + grouped(point.jobs) + " jobs", grouped(point.answeredNanos.size()),
                    millis(jobs.min), millis(jobs.p50), millis(jobs.p99),
                    millis(summarize(point.answeredNanos).p50),
                    point.refilledNanos.empty() ? "-" : millis(summarize(point.refilledNanos).p50),
                    grouped(point.hot), grouped(point.warm), grouped(point.cold),
                    grouped(point.failures)});
  }
  return numberTable(rows);
}

std::string flatText(const Measurements& measurements) {
  if (!measurements.flat) return "";
  const auto& flat = *measurements.flat;
  const std::pair<const char*, uint64_t Census::*> rowsOf[] = {
      {"  processes", &Census::processes},
      {"  network namespaces", &Census::networkNamespaces},
      {"  cgroups", &Census::cgroups},
      {"  mounts", &Census::mounts},
      {"  descriptors", &Census::descriptors},
      {"  memory of supervisor, gateway, zygotes, KiB", &Census::residentKib},
      {"  kernel slab of the whole machine, KiB", &Census::slabKib}};
  Rows rows{{"AFTER " + grouped(flat.jobs) + " JOBS", "before", "after", "change"}};
  for (const auto& [name, member] : rowsOf) {
    const uint64_t before = flat.before.*member, after = flat.after.*member;
    const std::string change =
        after >= before ? grouped(after - before) : "-" + grouped(before - after);
    rows.push_back({name, grouped(before), grouped(after), change});
  }
  const double rate = flat.seconds > 0 ? static_cast<double>(flat.jobs) / flat.seconds : 0;
  return numberTable(rows) + "  " + threeDigits(rate) + " jobs/s, half of the clients over " +
         "HTTP\n";
}

std::string scenarioRemarks(const Measurements& measurements) {
  std::string text;
  for (const auto& point : measurements.sizes) {
    const auto& series = point.series;
    const std::string what = starts(series.otherStarts, series.failures, series.firstProblem);
    if (what.empty()) continue;
    text += "  " + point.part + " of " + bytesText(point.bytes) + ", " + point.transport + ": " +
            what + "\n";
  }
  for (const auto& point : measurements.bursts) {
    const std::string what = starts(0, point.failures, point.firstProblem);
    if (!what.empty()) text += "  burst of " + grouped(point.jobs) + ": " + what + "\n";
  }
  if (measurements.flat && measurements.flat->failures > 0) {
    const auto& flat = *measurements.flat;
    text += "  many jobs: " + starts(0, flat.failures, flat.firstProblem) + "\n";
  }
  if (measurements.leftOut.empty()) return text;
  text += "  not measured:";
  for (const auto& name : measurements.leftOut) text += " " + name;
  return text + "; --scenario NAME, or --full\n";
}

}  // namespace brood::bench
