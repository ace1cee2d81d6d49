#include "bench/report/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "bench/report/text_table.h"

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

struct Rate {
  double jobsPerSecond = 0;
  uint64_t jobs = 0;
};

struct Older {
  std::map<std::string, std::vector<uint64_t>> samples;
  std::map<std::pair<std::string, size_t>, Rate> rates;
};

// A key that is equal in both runs.
std::string sizeKey(const std::string& part, const std::string& transport, size_t bytes) {
  return "size " + part + " " + transport + " " + std::to_string(bytes);
}
std::string stageKey(const std::string& title) { return "stage " + title; }
std::string burstKey(size_t jobs) { return "burst " + std::to_string(jobs); }
std::string variantKey(const std::string& key, const char* start) {
  return "variant " + key + " " + start;
}

std::vector<uint64_t> nanosOf(const Json& micros) {
  std::vector<uint64_t> samples;
  for (double each : micros) samples.push_back(static_cast<uint64_t>(each * 1e3));
  return samples;
}

// Parts that reports of an earlier version lack are empty.
Json partOf(const Json& json, const char* name) {
  return json.contains(name) ? json.at(name) : Json::object();
}

Older readOlder(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    Older older;
    auto& samples = older.samples;
    for (const auto& [key, series] : json.at("latency").items()) {
      samples[key] = nanosOf(series.at("samples_us"));
    }
    const Json sizes = partOf(json, "sizes"), bursts = partOf(json, "bursts");
    const Json variants = partOf(json, "variants");
    for (const auto& point : sizes) {
      samples[sizeKey(point.at("part"), point.at("transport"), point.at("bytes"))] =
          nanosOf(point.at("samples_us"));
    }
    for (const auto& point : bursts) {
      samples[burstKey(point.at("jobs"))] = nanosOf(point.at("all_answered_us"));
    }
    for (const auto& [key, variant] : variants.items()) {
      for (const char* start : {"hot", "warm"}) {
        samples[variantKey(key, start)] = nanosOf(variant.at(start).at("samples_us"));
      }
    }
    const Json trace = partOf(json, "trace");
    if (trace.is_object() && trace.contains("stages")) {
      for (const auto& stage : trace.at("stages")) {
        samples[stageKey(stage.at("title"))] = nanosOf(stage.at("samples_us"));
      }
    }
    for (const auto& point : json.at("throughput")) {
      older.rates[{point.at("transport"), point.at("clients")}] = {point.at("jobs_per_second"),
                                                                   point.at("jobs")};
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

std::string verdict(const MedianChange& change) {
  return change.isSlower() ? "slower" : change.isFaster() ? "faster" : "same";
}

// Rows for what both runs have samples of.
class SampleRows {
 public:
  explicit SampleRows(const Older& older) : older_(older) {}

  void add(const std::string& key, const std::string& title, const std::vector<uint64_t>& newer) {
    auto found = older_.samples.find(key);
    if (found == older_.samples.end() || found->second.empty() || newer.empty()) return;
    const MedianChange change = medianChange(found->second, newer);
    rows_.push_back({"  " + title, microsText(summarize(found->second).p50),
                     microsText(summarize(newer).p50), percent(change.ratio), percent(change.low),
                     percent(change.high), verdict(change)});
  }

  const Rows& rows() const { return rows_; }

 private:
  const Older& older_;
  Rows rows_{{"COMPARED, p50 in µs", "old", "new", "change", "from", "to", ""}};
};

Rows sampleRows(const Older& older, const Measurements& newer) {
  SampleRows rows(older);
  for (const auto& series : newer.latency) rows.add(series.key, series.title, series.nanos);
  for (const auto& point : newer.sizes) {
    rows.add(sizeKey(point.part, point.transport, point.bytes),
             point.part + " of " + grouped(point.bytes >> 10) + " KB, " + point.transport,
             point.series.nanos);
  }
  for (const auto& point : newer.bursts) {
    rows.add(burstKey(point.jobs), "burst of " + grouped(point.jobs) + ", all answered",
             point.answeredNanos);
  }
  for (const auto& variant : newer.variants) {
    rows.add(variantKey(variant.key, "hot"), variant.title + ", hot", variant.hot.nanos);
    rows.add(variantKey(variant.key, "warm"), variant.title + ", warm", variant.warm.nanos);
  }
  if (!newer.trace) return rows.rows();
  for (const auto& stage : newer.trace->stages) {
    rows.add(stageKey(stage.title), "trace: " + stage.title, stage.nanos);
  }
  return rows.rows();
}

Rows throughputRows(const Older& older, const Measurements& newer) {
  Rows rows{{"COMPARED, jobs/s", "old", "new", "change", "from", "to", ""}};
  for (const auto& point : newer.throughput) {
    auto found = older.rates.find({point.transport, point.clients});
    if (found == older.rates.end() || found->second.jobs == 0 || point.nanos.empty()) continue;
    const auto& before = found->second;
    const MedianChange change =
        rateChange(before.jobs, before.jobsPerSecond, point.nanos.size(), point.jobsPerSecond());
    // More of them is not slower.
    rows.push_back({"  " + point.transport + ", " + grouped(point.clients) + " clients",
                    threeDigits(before.jobsPerSecond), threeDigits(point.jobsPerSecond()),
                    percent(change.ratio), percent(change.low), percent(change.high),
                    change.low > 1    ? "more"
                    : change.high < 1 ? "fewer"
                                      : "same"});
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

MedianChange rateChange(uint64_t olderJobs, double olderRate, uint64_t newerJobs,
                        double newerRate) {
  constexpr double kTwoSided95 = 1.96;
  const double spread = std::exp(kTwoSided95 * std::sqrt(1 / static_cast<double>(olderJobs) +
                                                         1 / static_cast<double>(newerJobs)));
  const double ratio = newerRate / olderRate;
  return {ratio, ratio / spread, ratio * spread};
}

std::string comparisonText(const std::string& olderJson, const Measurements& newer) {
  const Older older = readOlder(olderJson);
  std::string text = "\n" + numberTable(sampleRows(older, newer)) +
                     "  from, to: 95 % interval of the change; floors too have changed if the "
                     "machine has\n";
  const Rows throughput = throughputRows(older, newer);
  if (throughput.size() > 1) text += "\n" + numberTable(throughput);
  return text;
}

}  // namespace brood::bench
