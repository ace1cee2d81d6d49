#pragma once
// One way to have a job run, measured again and again on one connection.

#include "bench/clients/job.h"
#include "bench/model/measurements.h"

namespace brood::bench {

class JobSeries {
 public:
  // `series` gets what started as `wanted`. Borrowed.
  JobSeries(LatencySeries& series, kj::Own<JobClient> client, Workload workload,
            rpc::StartKind wanted)
      : JobSeries(series, kj::mv(client), JobMaker(workload), wanted) {}
  JobSeries(LatencySeries& series, kj::Own<JobClient> client, JobText sample, rpc::StartKind wanted)
      : JobSeries(series, kj::mv(client), JobMaker(std::move(sample)), wanted) {}

  JobSeries(LatencySeries& series, kj::Own<JobClient> client, JobMaker jobs, rpc::StartKind wanted)
      : series_(series), client_(kj::mv(client)), jobs_(std::move(jobs)), wanted_(wanted) {}

  // Where the supervisor's own account of those jobs goes. Borrowed.
  void alsoRecord(LatencySeries& acquire, LatencySeries& run, LatencySeries& total);

  void measure(kj::WaitScope& scope);

 private:
  LatencySeries& series_;
  kj::Own<JobClient> client_;
  JobMaker jobs_;
  rpc::StartKind wanted_;
  LatencySeries* acquire_ = nullptr;
  LatencySeries* run_ = nullptr;
  LatencySeries* total_ = nullptr;
};

}  // namespace brood::bench
