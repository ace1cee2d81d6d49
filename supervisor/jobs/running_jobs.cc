#include "supervisor/jobs/running_jobs.h"

namespace brood::supervisor {

class RunningJobs::Entry {
 public:
  Entry(std::list<Job>& jobs, Job job) : jobs_(jobs), place_(jobs.insert(jobs.end(), job)) {}
  ~Entry() noexcept(false) { jobs_.erase(place_); }
  KJ_DISALLOW_COPY(Entry);

 private:
  std::list<Job>& jobs_;
  std::list<Job>::iterator place_;
};

RunningJobs::RunningJobs(kj::Timer& timer, uint64_t memoryReserveBytes)
    : hostMemory_(
          timer, memoryReserveBytes, [this]() { return listByMemory(); },
          [this]() { return !jobs_.empty() || holders_.areThere(); }),
      lockWatch_(timer, [this]() { return listByLocks(); }) {}

kj::Own<void> RunningJobs::add(WorkerHandle& worker, JobRun& run, bool isOurs) {
  auto entry = kj::heap<Entry>(jobs_, Job{worker, run, isOurs});
  hostMemory_.noteJob();
  lockWatch_.noteJob();
  return entry;
}

bool RunningJobs::noteDeniedCall(const DeniedCall& call) {
  for (auto& job : jobs_) {
    if (!job.worker.sandbox().contains(call.pid)) continue;
    job.run.noteDeniedCall(call.name);
    return true;
  }
  return false;
}

void RunningJobs::killAll() {
  for (auto& job : jobs_) job.worker.sandbox().kill();
}

std::vector<HostMemoryGuard::Job> RunningJobs::listByMemory() {
  auto list = holders_.list();
  for (auto& job : jobs_) {
    if (job.isOurs) continue;
    list.push_back({job.worker.sandbox().heldBytes(),
                    [&run = job.run]() { return run.end(EndCause::hostMemory); }});
  }
  return list;
}

std::vector<LockWatch::Job> RunningJobs::listByLocks() {
  std::vector<LockWatch::Job> list;
  for (auto& job : jobs_) {
    list.push_back({job.run.cpuMicrosUsed(),
                    [&sandbox = job.worker.sandbox()](pid_t pid) { return sandbox.contains(pid); },
                    [&run = job.run]() { run.end(EndCause::tooManyLocks); }});
  }
  return list;
}

}  // namespace brood::supervisor
