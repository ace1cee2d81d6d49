#pragma once
// A worker: the fork of a zygote that locks itself down in a slot and runs one job.

#include <kj/array.h>

#include "base/policy/layers.h"
#include "runtimes/interface/runtime.h"
#include "zygote/layers/rlimits.h"
#include "zygote/layers/seccomp_policy.h"
#include "zygote/worker/rehearsal.h"
#include "zygote/worker/surroundings.h"

namespace brood::zygote {

// The outcome of the filters that the zygote installed on itself: 0 or errno.
struct InheritedFilters {
  int argumentRules = 0;
  int numbers = 0;
};

// All descriptors borrowed.
struct WorkerPlan {
  int slotInitPidfd;
  int channelFd;
  int stdinFd;
  int stdoutFd;
  int stderrFd;
  kj::ArrayPtr<const int> cgroupProcsFds;
  const Rehearsal& touches;
  ProcessLimits limits;  // While parked; the job's own, lower ones come with the job.
  const LayerPolicy& layers;
  const InheritedFilters& inherited;
  kj::StringPtr sourcePath;  // The path that the coming job will most likely have; may be empty.
  unsigned jobIdInside;      // uid and gid as the slot's user namespace, if any, shows them.
  const Surroundings& surroundings;
  // Without namespaces of its own, in a directory: beside others of one user.
  bool sharesHost;
};

// Called in the child directly after fork, already in the slot's PID namespace. Joins the slot,
// drops every privilege, parks, runs the job it is sent and exits with the job's exit code. A step
// that fails is named in a `failed` frame, or in a `missing` one if the policy can do without it.
// Nothing is thrown out of here.
[[noreturn]] void runWorker(Runtime& runtime, const SeccompPolicy& seccomp,
                            const WorkerPlan& plan) noexcept;

}  // namespace brood::zygote
