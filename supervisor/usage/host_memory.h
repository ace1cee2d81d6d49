#pragma once
// A guard for when the host runs short of memory: then jobs are ended, those that hold most first,
// before the kernel chooses somebody else.
//
// Each job may be within its limits, and what the kernel keeps for it may be counted by nobody. So
// what is looked at is what is left (/proc/meminfo, proc_meminfo(5)), and only while jobs run.

#include <kj/async.h>
#include <kj/time.h>
#include <kj/timer.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/owned_fd.h"

namespace brood::supervisor {

struct MemoryInfo {
  uint64_t totalBytes = 0;
  uint64_t availableBytes = 0;      // For programs to start with, without swapping.
  uint64_t unreclaimableBytes = 0;  // Slabs of the kernel's that it cannot take back.
};

// Nothing if the text is not one of meminfo's.
std::optional<MemoryInfo> parseMemoryInfo(const std::string& text);

// Returns the number of the job that holds most; never one that holds next to nothing.
std::optional<size_t> holdsMost(const std::vector<uint64_t>& heldBytes);

// After one has been ended the memory takes a moment to come back. Whether there has been time
// enough, or so little of it has come that there is none to lose.
bool mayEndAnother(uint64_t sinceLastMicros, uint64_t availableBytes,
                   uint64_t availableAtLastBytes);

// Until the next look: what is beyond the reserve lasts for that long, however fast jobs fill it.
kj::Duration pauseBeforeNextReading(uint64_t availableBytes, uint64_t reserveBytes);

class HostMemoryGuard {
 public:
  // A job that could be ended, at the moment of asking.
  struct Job {
    uint64_t heldBytes;
    std::function<bool()> end;  // False if it has ended by itself.
  };

  // `reserveBytes` 0: never. `jobs` lists all that run; empty when none does. The timer is
  // borrowed.
  HostMemoryGuard(kj::Timer& timer, uint64_t reserveBytes, std::function<std::vector<Job>()> jobs,
                  std::function<bool()> areJobsRunning, std::string path = "/proc/meminfo");
  HostMemoryGuard(const HostMemoryGuard&) = delete;

  // A job begins. Costs nothing while the guard is awake, as it is until a moment after the last
  // job.
  void noteJob() {
    if (!isAwake_ && isActive()) wake();
  }

  // Empty while it guards; else why it does not.
  const std::string& whyNot() const { return whyNot_; }
  bool isActive() const { return whyNot_.empty(); }
  uint64_t jobsEnded() const { return jobsEnded_; }
  uint64_t reserveBytes() const { return reserveBytes_; }
  // Read now. 0 if that cannot be done.
  uint64_t availableBytes() const;

 private:
  void wake();
  kj::Promise<void> watch(kj::Duration pause);
  void look(const MemoryInfo& memory);
  std::optional<MemoryInfo> read() const;

  kj::Timer& timer_;
  const uint64_t reserveBytes_;
  const std::function<std::vector<Job>()> jobs_;
  const std::function<bool()> areJobsRunning_;
  OwnedFd file_;
  std::string whyNot_;
  bool isAwake_ = false;
  unsigned looksWithoutJobs_ = 0;
  uint64_t jobsEnded_ = 0;
  kj::TimePoint lastEnd_ = kj::origin<kj::TimePoint>();
  uint64_t availableAtLastEnd_ = 0;
  kj::Promise<void> watching_ = nullptr;
};

}  // namespace brood::supervisor
