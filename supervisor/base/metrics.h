#pragma once
// The supervisor's event counters for Prometheus: jobs, refusals, and how long the stages of a
// sandbox take. Values that can be read off its state at any time are in state_metrics.h.

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <map>
#include <string>
#include <tuple>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::supervisor {

// The stages of a sandbox's making and end.
enum class Stage { slotBuild, workerFork, workerPark, slotTeardown };

// One finished job. Borrowed while it is noted.
struct JobMeasure {
  const std::string& language;
  rpc::StartKind start;
  rpc::JobStatus status;
  uint64_t queueMicros, acquireMicros, runMicros, totalMicros;
};

// Names and units follow https://prometheus.io/docs/practices/naming/. Labels take values from
// manifests, profiles and enumerations only: nothing a request says can add a time series.
class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;

  void noteJob(const JobMeasure& job);
  // `code` is the stable one of the reply, e.g. "overloaded".
  void noteRejection(const std::string& code);
  void noteStage(Stage stage, uint64_t micros);

  std::vector<prometheus::MetricFamily> collect() const { return registry_.Collect(); }

 private:
  using Histograms = prometheus::Family<prometheus::Histogram>;
  using Counters = prometheus::Family<prometheus::Counter>;
  // The histograms of one language and start.
  struct JobHistograms {
    prometheus::Histogram& total;
    prometheus::Histogram& queue;
    prometheus::Histogram& acquire;
    prometheus::Histogram& run;
  };

  JobHistograms& histogramsOf(const JobMeasure& job);

  prometheus::Registry registry_;
  Counters& jobs_;
  Counters& rejections_;
  Histograms& durations_;
  Histograms& phases_;
  Histograms& stages_;
  // Looking a series up by its labels costs microseconds, which a job has not got.
  std::map<std::pair<std::string, rpc::StartKind>, JobHistograms> jobHistograms_;
  std::map<std::tuple<std::string, rpc::StartKind, rpc::JobStatus>, prometheus::Counter*>
      jobCounters_;
  std::array<prometheus::Histogram*, 4> stageHistograms_;
};

}  // namespace brood::supervisor
