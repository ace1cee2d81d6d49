#include "bench/harness/comparison.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "bench/harness/text_table.h"

namespace brood::bench {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

constexpr size_t kResamples = 2'000;

double median(std::vector<uint64_t>& samples) {
  auto middle = samples.begin() + static_cast<ptrdiff_t>((samples.size() - 1) / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return static_cast<double>(*middle);
}

double resampledMedian(const std::vector<uint64_t>& samples, std::mt19937_64& random) {
  std::vector<uint64_t> drawn(samples.size());
  std::uniform_int_distribution<size_t> any(0, samples.size() - 1);
  for (uint64_t& each : drawn) each = samples[any(random)];
  return median(drawn);
}

struct Older {
  std::map<std::string, std::vector<uint64_t>> latency;
  std::map<std::pair<std::string, size_t>, double> jobsPerSecond;
};

Older readOlder(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    Older older;
    for (const auto& [key, series] : json.at("latency").items()) {
      auto& samples = older.latency[key];
      for (double micros : series.at("samples_us")) {
        samples.push_back(static_cast<uint64_t>(micros * 1e3));
      }
    }
    for (const auto& point : json.at("throughput")) {
      older.jobsPerSecond[{point.at("transport"), point.at("clients")}] =
          point.at("jobs_per_second");
    }
    return older;
  } catch (const Json::exception& error) {
    throw std::runtime_error(std::string("not a report of this `brood bench --json`: ") +
                             error.what());
  }
}

std::string percent(double ratio) {
  const double change = (ratio - 1) * 100;
  char text[32];
  std::snprintf(text, sizeof(text), "%+.1f %%", change);
  return text;
}

Rows latencyRows(const Older& older, const Measurements& newer) {
  Rows rows{{"COMPARED, p50 in µs", "old", "new", "change", "from", "to", ""}};
  for (const auto& series : newer.latency) {
    auto found = older.latency.find(series.key);
    if (found == older.latency.end() || found->second.empty() || series.nanos.empty()) continue;
    const MedianChange change = medianChange(found->second, series.nanos);
    rows.push_back({"  " + series.title, microsText(summarize(found->second).p50),
                    microsText(summarize(series.nanos).p50), percent(change.ratio),
                    percent(change.low), percent(change.high),
                    change.isSlower()   ? "slower"
                    : change.isFaster() ? "faster"
                                        : "same"});
  }
  return rows;
}

Rows throughputRows(const Older& older, const Measurements& newer) {
  Rows rows{{"COMPARED, jobs/s", "old", "new", "change"}};
  for (const auto& point : newer.throughput) {
    auto found = older.jobsPerSecond.find({point.transport, point.clients});
    if (found == older.jobsPerSecond.end() || found->second <= 0) continue;
    rows.push_back({"  " + point.transport + ", " + grouped(point.clients) + " clients",
                    threeDigits(found->second), threeDigits(point.jobsPerSecond()),
                    percent(point.jobsPerSecond() / found->second)});
  }
  return rows;
}

}  // namespace

MedianChange medianChange(const std::vector<uint64_t>& older, const std::vector<uint64_t>& newer) {
  std::mt19937_64 random(20'090'626);
  std::vector<double> ratios(kResamples);
  for (double& ratio : ratios) {
    const double before = resampledMedian(older, random);
    ratio = resampledMedian(newer, random) / std::max(before, 1.0);
  }
  std::sort(ratios.begin(), ratios.end());
  auto olderCopy = older, newerCopy = newer;
  return {median(newerCopy) / std::max(median(olderCopy), 1.0), ratios[kResamples / 40],
          ratios[kResamples - 1 - kResamples / 40]};
}

std::string comparisonText(const std::string& olderJson, const Measurements& newer) {
  const Older older = readOlder(olderJson);
  std::string text = "\n" + numberTable(latencyRows(older, newer)) +
                     "  from, to: 95 % interval of the change; floors too have changed if the "
                     "machine has\n";
  const Rows throughput = throughputRows(older, newer);
  if (throughput.size() > 1) text += "\n" + numberTable(throughput);
  return text;
}

}  // namespace brood::bench
