#include "bench/clients/job_series.h"

namespace brood::bench {

void JobSeries::alsoRecord(LatencySeries& acquire, LatencySeries& run, LatencySeries& total) {
  acquire_ = &acquire;
  run_ = &run;
  total_ = &total;
}

void JobSeries::measure(kj::WaitScope& scope) {
  Answer answer = client_->run(jobs_.next()).wait(scope);
  if (!answer.problem.empty()) {
    if (series_.failures++ == 0) series_.firstProblem = answer.problem;
    return;
  }
  if (answer.start != wanted_) {
    ++series_.otherStarts;
    return;
  }
  series_.nanos.push_back(answer.nanos);
  if (acquire_ == nullptr) return;
  acquire_->nanos.push_back(answer.phases.acquireMicros * 1'000);
  run_->nanos.push_back(answer.phases.runMicros * 1'000);
  total_->nanos.push_back(answer.phases.totalMicros * 1'000);
}

}  // namespace brood::bench
