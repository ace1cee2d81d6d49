#pragma once
// Watches what one job uses of its sandbox: tells when that is more than the job may use, and how
// much it was in the end.
//
// With an exact meter, the watch reads the counters when a limit could have been reached, or the
// kernel announces it. With a sampled one, it looks again and again.

#include <kj/async.h>
#include <kj/memory.h>
#include <kj/timer.h>

#include <cstdint>
#include <optional>

#include "config/job_limits.h"
#include "rpc/loop/uv_event_port.h"
#include "supervisor/sandboxes/sandbox.h"

namespace brood::supervisor {

// The limit that a job has gone over.
enum class Excess {
  cpuTime,
  memory,
  processes,
  workspaceBytes,
  workspaceInodes,
  hidden,  // A process or a directory that we cannot look into.
};

class UsageWatch {
 public:
  // All borrowed. `clock` gives the present time; a timer that of the beginning of the loop's turn.
  UsageWatch(const kj::MonotonicClock& clock, Sandbox& sandbox, const JobLimits& limits)
      : clock_(clock), sandbox_(sandbox), limits_(limits) {}
  virtual ~UsageWatch() noexcept(false) = default;
  KJ_DISALLOW_COPY(UsageWatch);

  // The job is handed over now, by the same clock.
  void noteHandOver(kj::TimePoint now) { handedOverAt_ = now; }
  // The worker is awake: fixes the CPU time that it had used before its job. Not needed for a job
  // that is done already.
  void noteAwake() { cpuMicrosBefore_ = cpuMicrosBefore(meter().cpuMicros()); }

  // Resolves when the job has gone over a limit. Once.
  virtual kj::Promise<Excess> whenExceeded() = 0;
  // True if usage is sampled: a job that has ended may have exceeded a limit unnoticed, so wait for
  // settle() before the verdict. If false, skip settle(): it would cost a turn of the event loop.
  virtual bool needsLastLook() const = 0;
  virtual kj::Promise<kj::Maybe<Excess>> settle() = 0;

  // The job's own CPU time so far, in microseconds.
  uint64_t cpuMicrosUsed() const;
  // All that the job has used. `isDone`: the job ended normally, so fewer counters are read.
  Usage usage(bool isDone);

 protected:
  Sandbox& sandbox() const { return sandbox_; }
  UsageMeter& meter() const { return sandbox_.meter(); }
  const JobLimits& limits() const { return limits_; }
  // Bytes in sockets that the meter does not count.
  uint64_t besidesBytes_ = 0;

 private:
  uint64_t cpuMicrosBefore(uint64_t now) const;

  const kj::MonotonicClock& clock_;
  Sandbox& sandbox_;
  const JobLimits& limits_;
  kj::TimePoint handedOverAt_ = kj::origin<kj::TimePoint>();
  std::optional<uint64_t> cpuMicrosBefore_;  // Unless the job was done before anybody asked.
};

// The kind that the sandbox's meter needs. All borrowed, for the life of the watch.
// `cpuMillicores` is the sandbox's quota: it tells the earliest time at which a CPU limit can be
// reached.
kj::Own<UsageWatch> newUsageWatch(UvEventPort& port, kj::Timer& timer,
                                  const kj::MonotonicClock& clock, Sandbox& sandbox,
                                  const JobLimits& limits, uint32_t cpuMillicores);

}  // namespace brood::supervisor
