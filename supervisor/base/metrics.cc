#include "supervisor/base/metrics.h"

#include "rpc/calls/result_names.h"

namespace brood::supervisor {
namespace {

constexpr double kMicrosPerSecond = 1e6;
// By Stage.
constexpr std::array<const char*, 4> kStageNames{"slot_build", "worker_fork", "worker_park",
                                                 "slot_teardown"};

// From what a parked worker takes to the longest a job may run.
const prometheus::Histogram::BucketBoundaries kJobBuckets{
    0.00025, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05,
    0.1,     0.25,   0.5,     1,     2.5,    5,     10,    30,    60,   300};
const prometheus::Histogram::BucketBoundaries kStageBuckets{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};

double seconds(uint64_t micros) { return static_cast<double>(micros) / kMicrosPerSecond; }

}  // namespace

Metrics::Metrics()
    : jobs_(prometheus::BuildCounter()
                .Name("brood_jobs_total")
                .Help("Jobs answered with a result, by how they started and ended.")
                .Register(registry_)),
      rejections_(prometheus::BuildCounter()
                      .Name("brood_rejections_total")
                      .Help("Jobs not run, by the error code of the reply.")
                      .Register(registry_)),
      durations_(prometheus::BuildHistogram()
                     .Name("brood_job_duration_seconds")
                     .Help("From a job's arrival at the supervisor to its verdict.")
                     .Register(registry_)),
      phases_(prometheus::BuildHistogram()
                  .Name("brood_job_phase_duration_seconds")
                  .Help("Parts of a job's duration: waiting in the queue, getting a worker, "
                        "running.")
                  .Register(registry_)),
      stages_(prometheus::BuildHistogram()
                  .Name("brood_stage_duration_seconds")
                  .Help("Making and ending sandboxes: build of a slot, fork of a worker, from "
                        "there to parked, teardown from the kill to the kernel's last word.")
                  .Register(registry_)) {
  for (size_t i = 0; i < kStageNames.size(); ++i) {
    stageHistograms_[i] = &stages_.Add({{"stage", kStageNames[i]}}, kStageBuckets);
  }
}

Metrics::JobHistograms& Metrics::histogramsOf(const JobMeasure& job) {
  auto found = jobHistograms_.find({job.language, job.start});
  if (found != jobHistograms_.end()) return found->second;
  const std::string start = startName(job.start);
  auto phase = [&](const char* name) -> prometheus::Histogram& {
    return phases_.Add({{"language", job.language}, {"start", start}, {"phase", name}},
                       kJobBuckets);
  };
  auto& total = durations_.Add({{"language", job.language}, {"start", start}}, kJobBuckets);
  JobHistograms made{total, phase("queue"), phase("acquire"), phase("run")};
  return jobHistograms_.emplace(std::pair(job.language, job.start), made).first->second;
}

void Metrics::noteJob(const JobMeasure& job) {
  auto& histograms = histogramsOf(job);
  histograms.total.Observe(seconds(job.totalMicros));
  histograms.queue.Observe(seconds(job.queueMicros));
  histograms.acquire.Observe(seconds(job.acquireMicros));
  histograms.run.Observe(seconds(job.runMicros));
  auto& counter = jobCounters_[{job.language, job.start, job.status}];
  if (counter == nullptr) {
    counter = &jobs_.Add({{"language", job.language},
                          {"start", startName(job.start)},
                          {"status", statusName(job.status)}});
  }
  counter->Increment();
}

void Metrics::noteRejection(const std::string& code) {
  rejections_.Add({{"code", code}}).Increment();
}

void Metrics::noteStage(Stage stage, uint64_t micros) {
  stageHistograms_[static_cast<size_t>(stage)]->Observe(seconds(micros));
}

}  // namespace brood::supervisor
