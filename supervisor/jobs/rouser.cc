#include "supervisor/jobs/rouser.h"

namespace brood::supervisor {

Rouser::Rouser(kj::Timer& timer, const RunningJobs& running, bool keepsWarm)
    : running_(running), keepsWarm_(keepsWarm), warmKeeper_(timer, [this]() {
        if (auto* pool = poolAtRest()) pool->keepNextWarm();
      }) {}

void Rouser::noteHotStart(const AdmittedJob& job) {
  if (job.profile == nullptr || job.profile->manifest.parks()) return;
  lastProfile_ = job.profile;
  lastPool_ = job.pool;
}

void Rouser::noteAnswered(const AdmittedJob& job) {
  const bool wasForks = job.profile != nullptr && job.profile == lastProfile_.lock();
  if (keepsWarm_ && wasForks) warmKeeper_.noteJob();
}

WarmPool* Rouser::poolAtRest() const {
  const auto profile = lastProfile_.lock();
  const bool isAtRest = profile != nullptr && running_.empty() && lastPool_->starting() == 0;
  return isAtRest ? lastPool_ : nullptr;
}

}  // namespace brood::supervisor
