#pragma once
// A locked-down worker becomes an interpreter that parks as a program of its own.

#include "rpc/wire/worker_frames.h"
#include "runtimes/interface/runtime.h"

namespace brood::zygote {

// Where the program finds, to be read to its end, what it sends on its channel once it is ready.
// Only the worker knows which layers are in force, and only the program when it can take a job.
constexpr int kParkedFrameFd = 4;

// execve, with the channel and kParkedFrameFd left open. Returns only on failure: the errno.
int become(const ParkedProgram& program, const WorkerFrame& parked) noexcept;

}  // namespace brood::zygote
