#include "bench/report/goals.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "bench/report/text_table.h"

namespace brood::bench {
namespace {

std::optional<double> median(const std::vector<uint64_t>& nanos) {
  if (nanos.empty()) return std::nullopt;
  return static_cast<double>(summarize(nanos).p50);
}

struct GoalText {
  const char* key;
  int number;
  const char* title;
};

struct Bounds {
  double goal;
  std::optional<double> least = std::nullopt;
};

class GoalTable {
 public:
  explicit GoalTable(const Measurements& measurements) : measurements_(measurements) {}

  // `floor`: what the value is relative to, for people.
  void atMost(GoalText text, Bounds bounds, std::optional<double> value, std::string floor) {
    add(text, bounds, value, std::move(floor), true);
  }
  void atLeast(GoalText text, Bounds bounds, std::optional<double> value, std::string floor) {
    add(text, bounds, value, std::move(floor), false);
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
  void add(GoalText text, Bounds bounds, std::optional<double> value, std::string floor,
           bool isUpperBound) {
    if (!value) return;
    goals_.push_back({text.key, text.number, text.title, std::move(floor), *value, bounds.goal,
                      bounds.least, isUpperBound});
  }

  const Measurements& measurements_;
  std::vector<Goal> goals_;
};

// "36.1 µs"; "-" if it was not measured.
std::string microsOf(std::optional<double> nanos) {
  return nanos ? threeDigits(*nanos / 1e3) + " µs" : "-";
}

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

// The slope of one of the series against the size of the zygote.
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

void addScience(GoalTable& table) {
  struct Row {
    const char* key;
    int number;
    const char *title, *cold, *hot;
  };
  constexpr Row kRows[] = {
      {"series_cold_to_hot", 9, "cold ÷ hot, numpy + pandas: sum a series", "series_cold",
       "series_hot"},
      {"series_cold_to_typical_hot", 9, "the same, hot in a profile with such a typical job",
       "series_cold", "series_typical_hot"},
      {"pandas_cold_to_hot", 9, "cold ÷ hot, numpy + pandas: group a frame", "pandas_cold",
       "pandas_hot"},
      {"pandas_cold_to_typical_hot", 9, "the same, hot in a profile with such a typical job",
       "pandas_cold", "pandas_typical_hot"}};
  for (const Row& row : kRows) {
    const auto hot = table.series(row.hot);
    table.atLeast({row.key, row.number, row.title}, {500, 300},
                  quotient(table.series(row.cold), hot), microsOf(hot));
  }
}

void addJobs(GoalTable& table, const Measurements& measurements) {
  const auto hot = table.series("rpc_hot"), pingPong = table.series("ping_pong");
  const auto possible = sum(pingPong, table.series("in_process"));
  // A hot job comes once, after other things have had the CPUs; so do floors that take turns with
  // it. In a row they have caches that no job has which comes alone: that row is there to be seen.
  const auto possibleOnce = sum(table.series("ping_pong_once"), table.series("in_process_once"));
  table.atMost({"hot_to_possible_once", 1, "hot ÷ (ping-pong + same code in a running Python)"},
               {2, 3}, quotient(hot, possibleOnce), microsOf(possibleOnce));
  table.atMost({"hot_to_possible", 1, "hot ÷ the same, many in a row instead of in turns"}, {2},
               quotient(hot, possible), microsOf(possible));
  for (const auto& ratio : ratiosOf(measurements)) {
    if (ratio.key != "hot_p99_to_p50") continue;
    table.atMost({"hot_p99_to_p50", 1, "hot, p99 ÷ p50"}, {5}, ratio.value, microsOf(hot));
  }
  const auto fork = table.series("equal_fork");
  const auto forked = sum(pingPong, fork);
  table.atMost({"warm_to_fork", 2, "warm ÷ (ping-pong + bare fork of equal size)"}, {1.3},
               quotient(table.series("rpc_warm"), forked), microsOf(forked));
  table.atLeast({"rate_to_forks", 4, "jobs/s per CPU ÷ bare forks/s of equal size"}, {0.6, 0.4},
                ratePerFork(measurements, fork),
                fork ? threeDigits(1e9 / *fork) + " forks/s" : "-");
  const auto echo = table.series("http_get");
  table.atMost({"http_extra_to_echo", 8, "(HTTP - RPC) ÷ GET /health"}, {1.5, 2},
               quotient(difference(table.series("http_hot"), hot), echo), microsOf(echo));
  table.atLeast({"cold_to_hot", 9, "cold ÷ hot"}, {50, 50}, quotient(table.series("rpc_cold"), hot),
                microsOf(hot));
  addScience(table);
}

void addVariants(GoalTable& table, const Measurements& measurements) {
  const auto hot = hotOf(table.variant("base")), bare = hotOf(table.variant("no_sandbox"));
  table.atMost({"isolation_tax", 3, "(sandboxed - no layer at all) ÷ no layer at all, hot"},
               {0.15, 0.25}, quotient(difference(hot, bare), bare), microsOf(bare));
  const auto forkSlope = slopeByHeap(measurements, &VariantFigures::equalFork);
  table.atMost({"heap_slope", 5, "warm: µs per MB of zygote ÷ the same of a bare fork"}, {0.1},
               quotient(slopeByHeap(measurements, &VariantFigures::warm), forkSlope),
               microsOf(forkSlope) + "/MB");
  const auto few = hotOf(table.variant("parked_10"));
  table.atMost({"many_parked", 6, "hot with 1,000 parked workers ÷ with 10"}, {1.1, 1.2},
               quotient(hotOf(table.variant("parked_1000")), few), microsOf(few));
  const auto* base = table.variant("base");
  const auto* untouched = table.variant("touch_pages_off");
  if (base == nullptr || untouched == nullptr || untouched->workerKib == 0) return;
  table.atMost({"idle_worker", 7, "memory of a parked worker ÷ of one with no page taken"}, {1.25},
               static_cast<double>(base->workerKib) / static_cast<double>(untouched->workerKib),
               grouped(untouched->workerKib) + " KiB");
}

// A leak would add more than these many bytes per job; the rest of the machine does not stand still
// either.
constexpr double kSlabBytesPerJob = 256;
constexpr double kResidentBytesPerJob = 64;
// With fewer jobs, a leak does not stand out from what the rest of the machine does.
constexpr size_t kJobsThatShowInSlab = 20'000;

double growth(uint64_t before, uint64_t after) {
  return after > before ? static_cast<double>(after - before) : 0;
}

void addFlat(GoalTable& table, const FlatFigures& flat) {
  double grown = 0;
  uint64_t all = 0;
  for (auto member : {&Census::processes, &Census::networkNamespaces, &Census::cgroups,
                      &Census::mounts, &Census::descriptors}) {
    grown += growth(flat.before.*member, flat.after.*member);
    all += flat.before.*member;
  }
  const auto jobs = static_cast<double>(std::max<size_t>(flat.jobs, 1));
  table.atMost(
      {"flat_counts", 10, "processes, netns, cgroups, mounts, descriptors, more than before"},
      {0, 0}, grown, grouped(all) + " before");
  auto perJob = [&](uint64_t Census::*kib) {
    return growth(flat.before.*kib, flat.after.*kib) * 1024 / jobs;
  };
  if (flat.jobs >= kJobsThatShowInSlab)
    table.atMost({"flat_slab", 10, "kernel slab, bytes more per job"},
                 {kSlabBytesPerJob, kSlabBytesPerJob}, perJob(&Census::slabKib),
                 grouped(flat.before.slabKib) + " KiB");
  table.atMost({"flat_resident", 10, "memory of supervisor, gateway, zygotes, bytes more per job"},
               {kResidentBytesPerJob, kResidentBytesPerJob}, perJob(&Census::residentKib),
               grouped(flat.before.residentKib) + " KiB");
}

}  // namespace

std::vector<Goal> goalsOf(const Measurements& measurements) {
  GoalTable table(measurements);
  addJobs(table, measurements);
  addVariants(table, measurements);
  if (measurements.flat) addFlat(table, *measurements.flat);
  auto goals = table.take();
  std::stable_sort(goals.begin(), goals.end(),
                   [](const Goal& one, const Goal& other) { return one.number < other.number; });
  return goals;
}

}  // namespace brood::bench
