#include "bench/model/measurements.h"

#include <map>

namespace brood::bench {
namespace {

class RatioTable {
 public:
  explicit RatioTable(const Measurements& measurements) {
    for (const auto& series : measurements.latency) {
      if (!series.nanos.empty()) summaries_[series.key] = summarize(series.nanos);
    }
  }

  void quotient(const char* key, const char* title, const char* numerator,
                const std::vector<const char*>& denominators) {
    if (!has(numerator)) return;
    double sum = 0;
    for (const char* part : denominators) {
      if (!has(part)) return;
      sum += median(part);
    }
    ratios_.push_back({key, title, median(numerator) / sum, "x"});
  }

  void difference(const char* key, const char* title, const char* larger, const char* smaller) {
    if (!has(larger) || !has(smaller)) return;
    ratios_.push_back({key, title, (median(larger) - median(smaller)) / 1e3, "us"});
  }

  // (larger - smaller) / unit
  void relativeDifference(const char* key, const char* title, const char* larger,
                          const char* smaller, const char* unit) {
    if (!has(larger) || !has(smaller) || !has(unit)) return;
    ratios_.push_back({key, title, (median(larger) - median(smaller)) / median(unit), "x"});
  }

  void spread(const char* key, const char* title, const char* series) {
    if (!has(series)) return;
    ratios_.push_back(
        {key, title, static_cast<double>(summaries_[series].p99) / median(series), "x"});
  }

  std::vector<Ratio> take() { return std::move(ratios_); }

 private:
  bool has(const char* key) const { return summaries_.count(key) != 0; }
  double median(const char* key) const { return static_cast<double>(summaries_.at(key).p50); }

  std::map<std::string, Summary> summaries_;
  std::vector<Ratio> ratios_;
};

}  // namespace

size_t Measurements::failures() const {
  size_t sum = 0;
  for (const auto& series : latency) sum += series.failures;
  for (const auto& point : throughput) sum += point.failures;
  for (const auto& point : openLoop) sum += point.failures;
  for (const auto& point : sizes) sum += point.series.failures;
  for (const auto& point : bursts) sum += point.failures;
  if (trace) sum += trace->plain.failures + trace->switches.failures + trace->calls.failures;
  if (flat) sum += flat->failures;
  for (const auto& language : languages) {
    sum += language.native.failures + language.hot.failures + language.cold.failures +
           language.load.failures;
  }
  for (const auto& variant : variants) {
    sum += variant.hot.failures + variant.warm.failures + variant.load.failures;
  }
  return sum;
}

std::vector<Ratio> ratiosOf(const Measurements& measurements) {
  RatioTable table(measurements);
  table.quotient("hot_to_ping_pong", "hot ÷ socket ping-pong", "rpc_hot", {"ping_pong"});
  table.quotient("hot_to_possible", "hot ÷ (ping-pong + same code in a running Python)", "rpc_hot",
                 {"ping_pong_once", "in_process_once"});
  table.spread("hot_p99_to_p50", "hot, p99 ÷ p50", "rpc_hot");
  table.quotient("native_to_hot", "native Python ÷ hot", "native", {"rpc_hot"});
  table.quotient("cold_to_hot", "cold ÷ hot", "rpc_cold", {"rpc_hot"});
  table.quotient("warm_to_hot", "warm ÷ hot", "rpc_warm", {"rpc_hot"});
  table.quotient("cold_to_native", "cold ÷ native Python", "rpc_cold", {"native"});
  table.difference("http_extra_us", "HTTP - RPC, hot", "http_hot", "rpc_hot");
  table.relativeDifference("http_extra_to_echo", "(HTTP - RPC) ÷ GET /health", "http_hot",
                           "rpc_hot", "http_get");
  table.quotient("pandas_native_to_hot", "numpy + pandas: native ÷ hot", "pandas_native",
                 {"pandas_hot"});
  table.quotient("pandas_cold_to_hot", "numpy + pandas: cold ÷ hot", "pandas_cold", {"pandas_hot"});
  table.quotient("session_cell_to_possible",
                 "next cell ÷ (round trip + same cell in a running Python)", "session_cell",
                 {"session_round_trip", "session_running_python"});
  table.quotient("session_open_to_job", "session with a first cell ÷ hot job", "session_open",
                 {"session_job_alone"});
  table.quotient("session_beside_to_alone", "hot job beside idle sessions ÷ without",
                 "session_job_beside", {"session_job_alone"});
  return table.take();
}

}  // namespace brood::bench
