#pragma once
// Runs the version commands of languages that are executed, or parked, where their jobs will run:
// in a sandbox. What the host has installed and a sandbox does not show is of no use.

#include <kj/async.h>

#include "supervisor/jobs/own_jobs.h"
#include "supervisor/languages/toolchains.h"
#include "supervisor/pools/profiles.h"

namespace brood::supervisor {

class ToolchainProbe {
 public:
  // All borrowed.
  ToolchainProbe(OwnJobs& jobs, Profiles& profiles, const LimitsConfig& limits,
                 Toolchains& toolchains);
  KJ_DISALLOW_COPY(ToolchainProbe);

  // Resolves when every language that has a version command, and no zygote to report its own, has
  // answered. One that does not is unavailable; nothing rejects.
  kj::Promise<void> run();

 private:
  kj::Promise<void> askFrom(size_t next);
  kj::Promise<void> ask(const RuntimeManifest& manifest);

  OwnJobs& jobs_;
  Profiles& profiles_;
  const LimitsConfig& limits_;
  Toolchains& toolchains_;
};

}  // namespace brood::supervisor
