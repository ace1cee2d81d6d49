#pragma once
// Locks on files, which the kernel keeps in memory that it charges to nobody, 192 bytes each and as
// many as a process cares to take (fcntl_locking(2), proc_locks(5)).
//
// Looked at only while a job runs that has had the time to take many, and only so far down the
// kernel's list: the newest are at its head. To read it stops all who lock, so it is not read
// often.

#include <kj/async.h>
#include <kj/timer.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "supervisor/base/look_thread.h"

namespace brood::supervisor {

// From the text of /proc/locks, a piece after the other: how many each process has.
class LockCount {
 public:
  void add(std::string_view piece);

  uint64_t lines() const { return lines_; }
  const std::map<pid_t, uint64_t>& byProcess() const { return byProcess_; }

 private:
  void addLine(const std::string& line);

  std::string rest_;
  uint64_t lines_ = 0;
  std::map<pid_t, uint64_t> byProcess_;
};

class LockWatch {
 public:
  struct Job {
    uint64_t cpuMicros;
    // Tells whether the job contains a process, which may end meanwhile: then false.
    std::function<bool(pid_t)> contains;
    std::function<void()> end;
  };

  // `jobs` lists all that run. The timer is borrowed.
  LockWatch(kj::Timer& timer, std::function<std::vector<Job>()> jobs)
      : timer_(timer), jobs_(std::move(jobs)) {}
  LockWatch(const LockWatch&) = delete;

  // A job begins.
  void noteJob() {
    if (!isAwake_) wake();
  }
  uint64_t jobsEnded() const { return jobsEnded_; }

 private:
  void wake();
  kj::Promise<void> watch();
  kj::Promise<void> look();
  void judge(const LockCount& count);

  kj::Timer& timer_;
  const std::function<std::vector<Job>()> jobs_;
  LookThread thread_;
  bool isAwake_ = false;
  uint64_t jobsEnded_ = 0;
  kj::Promise<void> watching_ = nullptr;
};

}  // namespace brood::supervisor
