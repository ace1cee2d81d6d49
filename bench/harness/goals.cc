#include "bench/harness/goals.h"

#include <algorithm>
#include <optional>

namespace brood::bench {
namespace {

std::optional<double> median(const std::vector<uint64_t>& nanos) {
  if (nanos.empty()) return std::nullopt;
  return static_cast<double>(summarize(nanos).p50);
}

class GoalTable {
 public:
  explicit GoalTable(const Measurements& measurements) : measurements_(measurements) {}

  void atMost(const char* key, const char* title, double bound, std::optional<double> value) {
    if (value) goals_.push_back({key, title, *value, bound, true});
  }
  void atLeast(const char* key, const char* title, double bound, std::optional<double> value) {
    if (value) goals_.push_back({key, title, *value, bound, false});
  }

  std::optional<double> series(const char* key) const {
    for (const auto& each : measurements_.latency) {
      if (each.key == key) return median(each.nanos);
    }
    return std::nullopt;
  }

  const VariantFigures* variant(const char* key) const {
    for (const auto& each : measurements_.variants) {
      if (each.key == key) return &each;
    }
    return nullptr;
  }

  std::vector<Goal> take() { return std::move(goals_); }

 private:
  const Measurements& measurements_;
  std::vector<Goal> goals_;
};

std::optional<double> quotient(std::optional<double> above, std::optional<double> below) {
  if (!above || !below || *below <= 0) return std::nullopt;
  return *above / *below;
}

std::optional<double> sum(std::optional<double> one, std::optional<double> other) {
  if (!one || !other) return std::nullopt;
  return *one + *other;
}

std::optional<double> difference(std::optional<double> one, std::optional<double> other) {
  if (!one || !other) return std::nullopt;
  return *one - *other;
}

std::optional<double> hotOf(const VariantFigures* variant) {
  return variant == nullptr ? std::nullopt : median(variant->hot.nanos);
}

// By least squares.
std::optional<double> slope(const std::vector<std::pair<double, double>>& points) {
  if (points.size() < 2) return std::nullopt;
  double meanX = 0, meanY = 0;
  for (const auto& [x, y] : points) {
    meanX += x / static_cast<double>(points.size());
    meanY += y / static_cast<double>(points.size());
  }
  double product = 0, square = 0;
  for (const auto& [x, y] : points) {
    product += (x - meanX) * (y - meanY);
    square += (x - meanX) * (x - meanX);
  }
  if (square == 0) return std::nullopt;
  return product / square;
}

// Of one of the series against the size of the zygote.
std::optional<double> slopeByHeap(const Measurements& measurements,
                                  LatencySeries VariantFigures::*series) {
  std::vector<std::pair<double, double>> points;
  for (const auto& variant : measurements.variants) {
    const auto value = median((variant.*series).nanos);
    if (variant.group != "heaps" || !value || variant.zygoteKib == 0) continue;
    points.emplace_back(static_cast<double>(variant.zygoteKib) / 1024, *value);
  }
  return slope(points);
}

// Jobs per second and CPU against bare forks per second on one.
std::optional<double> ratePerFork(const Measurements& measurements, std::optional<double> fork) {
  double best = 0;
  for (const auto& point : measurements.throughput) best = std::max(best, point.jobsPerSecond());
  if (best == 0 || !fork || measurements.cpus == 0) return std::nullopt;
  return best / static_cast<double>(measurements.cpus) * *fork / 1e9;
}

void addJobs(GoalTable& table, const Measurements& measurements) {
  const auto hot = table.series("rpc_hot"), pingPong = table.series("ping_pong");
  table.atMost("hot_to_possible", "1  hot ÷ (ping-pong + same code in a running Python)", 2,
               quotient(hot, sum(pingPong, table.series("in_process"))));
  for (const auto& ratio : ratiosOf(measurements)) {
    if (ratio.key != "hot_p99_to_p50") continue;
    table.atMost("hot_p99_to_p50", "1  hot, p99 ÷ p50", 5, ratio.value);
  }
  const auto fork = table.series("equal_fork");
  table.atMost("warm_to_fork", "2  warm ÷ (ping-pong + bare fork of equal size)", 1.3,
               quotient(table.series("rpc_warm"), sum(pingPong, fork)));
  table.atLeast("rate_to_forks", "4  jobs/s per CPU ÷ bare forks/s of equal size", 0.6,
                ratePerFork(measurements, fork));
  table.atMost("http_extra_to_echo", "8  (HTTP - RPC) ÷ GET /health", 1.5,
               quotient(difference(table.series("http_hot"), hot), table.series("http_get")));
  table.atLeast("cold_to_hot", "9  cold ÷ hot", 50, quotient(table.series("rpc_cold"), hot));
  table.atLeast("pandas_cold_to_hot", "9  cold ÷ hot, numpy + pandas", 500,
                quotient(table.series("pandas_cold"), table.series("pandas_hot")));
}

void addVariants(GoalTable& table, const Measurements& measurements) {
  const auto hot = hotOf(table.variant("base")), bare = hotOf(table.variant("no_sandbox"));
  table.atMost("isolation_tax", "3  (sandboxed - no layer at all) ÷ no layer at all, hot", 0.15,
               quotient(difference(hot, bare), bare));
  table.atMost("heap_slope", "5  warm: µs per MB of zygote ÷ the same of a bare fork", 0.1,
               quotient(slopeByHeap(measurements, &VariantFigures::warm),
                        slopeByHeap(measurements, &VariantFigures::equalFork)));
  table.atMost("many_parked", "6  hot with 1,000 parked workers ÷ with 10", 1.1,
               quotient(hotOf(table.variant("parked_1000")), hotOf(table.variant("parked_10"))));
  const auto* base = table.variant("base");
  const auto* untouched = table.variant("touch_pages_off");
  if (base == nullptr || untouched == nullptr || untouched->workerKib == 0) return;
  table.atMost("idle_worker", "7  memory of a parked worker ÷ of one with no page taken", 1.25,
               static_cast<double>(base->workerKib) / static_cast<double>(untouched->workerKib));
}

}  // namespace

std::vector<Goal> goalsOf(const Measurements& measurements) {
  GoalTable table(measurements);
  addJobs(table, measurements);
  addVariants(table, measurements);
  auto goals = table.take();
  std::stable_sort(goals.begin(), goals.end(), [](const Goal& one, const Goal& other) {
    return one.title[0] < other.title[0];
  });
  return goals;
}

}  // namespace brood::bench
