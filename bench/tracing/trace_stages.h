#pragma once
// One traced job's way cut into stages, and the kernel's events sorted into them.

#include <map>
#include <string>
#include <vector>

#include "bench/clients/job.h"
#include "bench/model/measurements.h"
#include "bench/tracing/kernel_events.h"

namespace brood::bench {

struct TracedProcesses {
  pid_t gateway = 0, supervisor = 0, worker = 0;
};

// Each stage's name, in order, with nothing measured yet.
TraceFigures emptyTrace();

// How long each stage took, by the points that gateway and supervisor noted. False if a point is
// missing or out of order.
bool noteTimes(const Answer& answer, TraceFigures& figures);

// When the worker was awake and when it woke the supervisor, by the kernel's word. False if its
// events do not show that.
bool noteSwitches(const Answer& answer, const TracedProcesses& processes,
                  const std::vector<KernelEvent>& events, TraceFigures& figures);

// System calls and page faults of each process in each stage.
bool noteCalls(const Answer& answer, const TracedProcesses& processes,
               const std::vector<KernelEvent>& events, TraceFigures& figures);

}  // namespace brood::bench
