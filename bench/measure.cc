#include "bench/measure.h"

#include <sys/utsname.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "bench/floors/affinity.h"
#include "bench/model/scenarios.h"
#include "bench/scenarios/flat_run.h"
#include "bench/scenarios/language_run.h"
#include "bench/scenarios/one_system_run.h"
#include "bench/scenarios/session_run.h"
#include "bench/scenarios/trace_run.h"
#include "bench/scenarios/variant_run.h"
#include "bench/system/bench_system.h"

namespace brood::bench {
namespace {

constexpr size_t kLanguageShare = 10;  // The part of the runs that each language gets.
constexpr size_t kVariantShare = 5;
constexpr size_t kIdleSessions = 50;
constexpr size_t kVariantRounds = 3;
constexpr size_t kQuickVariantRounds = 1;

std::string kernelRelease() {
  utsname name{};
  ::uname(&name);
  return name.release;
}

class WholeRun {
 public:
  WholeRun(const Options& options, Floors& floors) : options_(options), floors_(floors) {
    measurements_.version = BROOD_VERSION;
    measurements_.kernel = kernelRelease();
    measurements_.cpus = allowedCpus().size();
    measurements_.isolation = "systems of its own";
    measurements_.isOwnSystem = true;
    for (const auto& scenario : kScenarios) {
      if (!options.measures(scenario.name)) measurements_.leftOut.emplace_back(scenario.name);
    }
  }

  Measurements run() {
    const bool onOneSystem =
        std::any_of(std::begin(kScenarios), std::end(kScenarios), [&](const Scenario& scenario) {
          return scenario.isUsual && options_.measures(scenario.name);
        });
    const std::vector<std::string> groups = variantGroups();
    parts_ = size_t{onOneSystem} + size_t{!groups.empty()};
    for (const char* name : {"languages", "sessions", "trace", "flat"})
      parts_ += options_.measures(name);
    if (onOneSystem) {
      nextPart();
      measureOnOneSystem(io_, interrupt_, options_, floors_, progress_, measurements_);
    }
    if (options_.measures("languages")) measureLanguages();
    if (options_.measures("sessions")) measureSessions();
    if (!groups.empty()) measureVariants(groups);
    if (options_.measures("trace")) {
      nextPart();
      measurements_.trace = measureTrace(io_, interrupt_, options_.runs, progress_);
    }
    if (options_.measures("flat")) {
      nextPart();
      measurements_.flat = measureFlat(io_, interrupt_, options_.flatJobs, progress_);
    }
    return std::move(measurements_);
  }

 private:
  void nextPart() {
    ++part_;
    if (parts_ < 2) return;
    progress_.setPart("part " + std::to_string(part_) + " of " + std::to_string(parts_) + ": ");
  }

  std::vector<std::string> variantGroups() const {
    std::vector<std::string> groups;
    for (const auto& scenario : kScenarios) {
      if (scenario.isVariant && options_.measures(scenario.name)) groups.push_back(scenario.name);
    }
    return groups;
  }

  void measureLanguages() {
    nextPart();
    progress_.show("looking for a system, or starting one");
    BenchSystem system(io_, interrupt_, options_, {.parksAllLanguages = true});
    PoolWatch pools(io_, system.socketPath(), interrupt_);
    pools.waitReady();
    measurements_.isolation = pools.isolationText();
    measurements_.isOwnSystem = system.isOurOwn();
    const LanguagePlan plan{std::max<size_t>(options_.runs / kLanguageShare, 1), options_.seconds,
                            system.socketPath()};
    measurements_.languages = bench::measureLanguages(io_, interrupt_, pools, plan, progress_);
  }

  void measureSessions() {
    nextPart();
    progress_.show("looking for a system, or starting one");
    BenchSystem system(io_, interrupt_, options_, {});
    PoolWatch pools(io_, system.socketPath(), interrupt_);
    pools.waitReady();
    measurements_.isolation = pools.isolationText();
    measurements_.isOwnSystem = system.isOurOwn();
    const SessionPlan plan{options_.runs, kIdleSessions, system.socketPath()};
    for (auto& series : bench::measureSessions(io_, interrupt_, pools, plan, progress_)) {
      measurements_.latency.push_back(std::move(series));
    }
  }

  void measureVariants(const std::vector<std::string>& groups) {
    nextPart();
    const VariantPlan plan{std::max<size_t>(options_.runs / kVariantShare, 1), options_.seconds,
                           options_.isQuick ? kQuickVariantRounds : kVariantRounds};
    measurements_.variants =
        bench::measureVariants(io_, interrupt_, variantsOf(groups), plan, progress_);
  }

  const Options& options_;
  Floors& floors_;
  UvAsyncIo io_;
  Interrupt interrupt_{io_};
  Progress progress_;
  size_t parts_ = 0, part_ = 0;
  Measurements measurements_;
};

}  // namespace

Measurements measureAll(const Options& options, Floors& floors) {
  return WholeRun(options, floors).run();
}

}  // namespace brood::bench
