#include "supervisor/front/state_metrics.h"

#include <unistd.h>

#include <fstream>
#include <string>
#include <utility>

#include "supervisor/base/clock.h"
#include "supervisor/front/metric_family.h"
#include "supervisor/front/session_metrics.h"

namespace brood::supervisor {
namespace {

using prometheus::MetricFamily;

// 0 for a process that is not there. Second field of proc_pid_statm(5), in pages.
double residentBytes(pid_t pid) {
  if (pid <= 0) return 0;
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

Labels labelsOf(const Profile& profile) {
  return {{"language", profile.manifest.name}, {"profile", profile.config.name}};
}

Labels with(Labels labels, std::string name, std::string value) {
  labels.push_back({std::move(name), std::move(value)});
  return labels;
}

void addPools(const ObservedState& state, std::vector<MetricFamily>& all) {
  auto workers = gauge("brood_workers", "Workers by what they are doing.");
  auto target = gauge("brood_workers_target", "Parked workers the pool is refilled to.");
  auto primed =
      gauge("brood_workers_primed", "Parked workers that are ready for larger jobs, too.");
  auto waiting = gauge("brood_pool_waiting_jobs", "Jobs that wait for a worker of the pool.");
  auto ready = gauge("brood_zygote_ready", "1 while the profile's zygote can fork.");
  auto restarts =
      counter("brood_zygote_restarts_total", "Starts of a zygote after one that ended by itself.");
  auto successions = counter("brood_zygote_successions_total",
                             "Zygotes succeeded by a new one, of age or of number of forks.");
  auto starts =
      counter("brood_pool_starts_total",
              "How the jobs that asked for a pool got their worker; the share of hot is its "
              "hit rate.");
  auto warmUp = gauge("brood_zygote_warm_up_seconds", "What the latest start of the zygote took.");
  auto add = [&](const Labels& labels, const PoolPair& pools, const ZygoteInfo& zygote) {
    const auto sum = [&](auto valueOf) {
      double total = 0;
      for (const WarmPool* pool : pools.all()) total += static_cast<double>(valueOf(*pool));
      return total;
    };
    const auto sumOf = [&](size_t (WarmPool::*value)() const) {
      return sum([value](const WarmPool& pool) { return (pool.*value)(); });
    };
    workers.add(with(labels, "state", "parked"), sumOf(&WarmPool::idle));
    workers.add(with(labels, "state", "starting"), sumOf(&WarmPool::starting));
    workers.add(with(labels, "state", "leased"), sumOf(&WarmPool::leased));
    target.add(labels, sumOf(&WarmPool::target));
    primed.add(labels, sumOf(&WarmPool::primed));
    waiting.add(labels, sumOf(&WarmPool::waiting));
    const auto startsOf = [&](uint64_t WarmPool::Starts::*kind) {
      return sum([kind](const WarmPool& pool) { return pool.starts().*kind; });
    };
    starts.add(with(labels, "start", "hot"), startsOf(&WarmPool::Starts::hot));
    starts.add(with(labels, "start", "warm"), startsOf(&WarmPool::Starts::warm));
    starts.add(with(labels, "start", "cold"), startsOf(&WarmPool::Starts::cold));
    ready.add(labels, zygote.ready ? 1 : 0);
    restarts.add(labels, zygote.restarts);
    warmUp.add(labels, static_cast<double>(zygote.warmUpMicros) / 1e6);
  };
  for (auto& profile : state.profiles.all()) {
    add(labelsOf(*profile), *profile->pools, profile->zygote->info());
    successions.add(labelsOf(*profile), static_cast<double>(profile->zygote->successions()));
  }
  add({{"language", "any"}, {"profile", "executed"}}, state.profiles.executed(),
      state.slotBuilder.info());
  for (auto* family :
       {&workers, &target, &primed, &waiting, &starts, &ready, &restarts, &successions, &warmUp}) {
    all.push_back(family->take());
  }
}

void addBuildCache(const BuildCache& cache, std::vector<MetricFamily>& all) {
  all.push_back(gauge("brood_build_cache_bytes", "Compiled programs and their sources kept.")
                    .add({}, static_cast<double>(cache.bytes()))
                    .take());
  all.push_back(counter("brood_build_cache_lookups_total", "Programs asked for, by whether kept.")
                    .add({{"found", "yes"}}, static_cast<double>(cache.hits()))
                    .add({{"found", "no"}}, static_cast<double>(cache.misses()))
                    .take());
}

void addMemory(const ObservedState& state, std::vector<MetricFamily>& all) {
  auto memory = gauge("brood_resident_memory_bytes", "Resident memory of Brood's own processes.");
  memory.add({{"process", "supervisor"}}, residentBytes(::getpid()));
  memory.add({{"process", "slot_builder"}}, residentBytes(state.slotBuilder.info().pid));
  for (auto& profile : state.profiles.all()) {
    double bytes = 0;
    for (pid_t zygote : profile->zygote->pids()) bytes += residentBytes(zygote);
    memory.add(with(labelsOf(*profile), "process", "zygote"), bytes);
  }
  all.push_back(memory.take());
}

void addHostMemory(const HostMemoryGuard& guard, std::vector<MetricFamily>& all) {
  all.push_back(
      gauge("brood_host_memory_available_bytes",
            "What the kernel says programs could have without swapping; 0 if it does not.")
          .add({}, static_cast<double>(guard.availableBytes()))
          .take());
  all.push_back(gauge("brood_host_memory_guard",
                      "1 while jobs would be ended if less than the reserve were available.")
                    .add({}, guard.isActive() ? 1 : 0)
                    .take());
  all.push_back(
      counter("brood_host_memory_ended_total", "Jobs ended because the host ran short of memory.")
          .add({}, static_cast<double>(guard.jobsEnded()))
          .take());
}

void addIsolation(const ObservedState& state, std::vector<MetricFamily>& all) {
  all.push_back(gauge("brood_isolation_info", "1; the label names the level in force.")
                    .add({{"level", state.isolation.level}}, 1)
                    .take());
  all.push_back(gauge("brood_isolation_lost",
                      "1 while jobs are refused because a canary found less than was promised.")
                    .add({}, state.dispatcher.refusalReason().empty() ? 0 : 1)
                    .take());
  auto layers = gauge("brood_layer_in_force", "1 for each protection that is in force, else 0.");
  for (size_t i = 0; i < kLayerCount; ++i) {
    const auto layer = static_cast<Layer>(i);
    layers.add({{"layer", nameOf(layer)}}, state.isolation.applied.has(layer) ? 1 : 0);
  }
  all.push_back(layers.take());
  all.push_back(counter("brood_canary_runs_total", "Complete trials of a sandbox by a canary.")
                    .add({}, static_cast<double>(state.isolationWatch.runs()))
                    .take());
}

}  // namespace

std::vector<MetricFamily> stateMetrics(const ObservedState& state) {
  std::vector<MetricFamily> all;
  all.push_back(gauge("brood_build_info", "1; the label names the version.")
                    .add({{"version", BROOD_VERSION}}, 1)
                    .take());
  all.push_back(gauge("brood_uptime_seconds", "Since the supervisor's start.")
                    .add({}, static_cast<double>(state.uptimeMicros) / 1e6)
                    .take());
  auto& admission = state.dispatcher.admission();
  all.push_back(gauge("brood_jobs_running", "Jobs admitted and not yet answered.")
                    .add({}, static_cast<double>(admission.running()))
                    .take());
  all.push_back(gauge("brood_jobs_queued", "Jobs that wait for admission.")
                    .add({}, static_cast<double>(admission.queued()))
                    .take());
  all.push_back(
      gauge("brood_slots", "Sandboxes without a worker, by what is happening to them.")
          .add({{"state", "ready"}}, static_cast<double>(state.slots.ready()))
          .add({{"state", "tearing_down"}}, static_cast<double>(state.slots.tearingDown()))
          .take());
  all.push_back(gauge("brood_slots_target", "Sandboxes without a worker that are kept ready.")
                    .add({}, static_cast<double>(state.slots.target()))
                    .take());
  addPools(state, all);
  addBuildCache(state.dispatcher.buildCache(), all);
  addMemory(state, all);
  addHostMemory(state.running.hostMemory(), all);
  addIsolation(state, all);
  for (auto& family : sessionMetrics(state.sessions)) all.push_back(std::move(family));
  return all;
}

}  // namespace brood::supervisor
