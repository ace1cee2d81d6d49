#pragma once
// A worker's whole life, before there are workers: a throw-away fork of the zygote parks and runs a
// job of ours, and so does another for each further job.
//
// It answers two questions. Does a fork of this interpreter work at all? And which pages does a
// worker touch from the fork to the last flush? Every later worker takes these pages while it
// parks. It finds the pages that no dummy job in the worker itself could, because they are touched
// by what ends a job and cannot be done twice.

#include <vector>

#include "runtimes/runtime.h"
#include "zygote/page_ranges.h"

namespace brood {

// The addresses hold in every fork of the process that made the plan.
struct TouchPlan {
  std::vector<PageRange> writes;
  std::vector<PageRange> reads;

  // In a worker, directly after the fork or later. Allocates nothing.
  void apply() const noexcept;
};

// In the zygote, after warmUp. Empty when the runtime has no job to rehearse with, or where the
// kernel does not tell. Throws when a job does not end as it must: no worker would be fit.
// `scratch` is a directory that is there. With `expects`, workers will be parked where the runtime
// has been told to expect that; the last place it is told of here is one in `scratch`.
TouchPlan rehearse(Runtime& runtime, kj::StringPtr scratch = "/tmp"_kj, bool expects = false);

}  // namespace brood
