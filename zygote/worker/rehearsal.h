#pragma once
// A worker's whole life, before there are workers: a throw-away fork of the zygote parks and runs a
// job of ours, and so does another for each further job.
//
// It answers two questions. Does a fork of this interpreter work at all? And which pages does a
// worker touch from the fork to the last flush? Every later worker takes these pages while it
// parks, and those of large jobs later, if there is time. It finds the pages that no dummy job in
// the worker itself could, because they are touched by what ends a job and cannot be done twice.

#include <kj/function.h>

#include <string>
#include <vector>

#include "runtimes/interface/runtime.h"
#include "zygote/memory/page_ranges.h"

namespace brood::zygote {

// The addresses hold in every fork of the process that made the plan.
struct TouchPlan {
  std::vector<PageRange> writes;
  std::vector<PageRange> reads;

  // In a worker, directly after the fork or later. Allocates nothing.
  void apply() const noexcept;
  // As apply(), a piece at a time, each some microseconds long, until `isWanted` or there is no
  // more.
  void applyUntil(kj::FunctionParam<bool()> isWanted) const noexcept;
  bool isEmpty() const { return writes.empty() && reads.empty(); }
};

struct Rehearsal {
  TouchPlan parking;  // For every worker.
  TouchPlan priming;  // The pages that large jobs touch besides.
  std::vector<std::string> largeJobWords;
};

// In the zygote, after warmUp. Empty when the runtime has no job to rehearse with, or where the
// kernel does not tell. Throws when a job does not end as it must: no worker would be fit.
// `scratch` is a directory that is there. With `expects`, workers will be parked where the runtime
// has been told to expect that; the last place it is told of here is one in `scratch`.
Rehearsal rehearse(Runtime& runtime, kj::StringPtr scratch = "/tmp"_kj, bool expects = false);

}  // namespace brood::zygote
