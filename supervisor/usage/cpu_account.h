#pragma once
// The CPU time of a job's processes, of those that have ended and were not waited for, too.
//
// The time of a child goes to whoever waits for it (times(2)). Of one that nobody waits for,
// because its parent ignores SIGCHLD, nothing is left: what was seen of it counts, and what it can
// have used unseen is estimated. Looks come at random times, so a process that is found running
// stands for as much time as passes between two looks, on average, however short it lives.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace brood::supervisor {

// The times of one process, at a look.
struct ProcessTimes {
  pid_t pid = 0;
  uint64_t startTicks = 0;      // With the number: which process it is.
  uint64_t ownMicros = 0;       // All of its threads.
  uint64_t childrenMicros = 0;  // Those that it has waited for, and theirs.
  uint64_t delayMicros = 0;     // In which it could have run and had no CPU.
  bool isRunning = false;       // Or could run.
};

class CpuAccount {
 public:
  // All processes there are, `intervalMicros` after the last look.
  void look(const std::vector<ProcessTimes>& processes, uint64_t intervalMicros);
  // Never less than at the look before.
  uint64_t totalMicros() const { return totalMicros_; }

 private:
  using Key = std::pair<pid_t, uint64_t>;
  struct Seen {
    ProcessTimes times;
    double runShare = 1;  // The recent share of the time in which it could run.
    uint64_t intervalMicros = 0;
    bool isOnce = true;
  };
  // One that is not there any more: or was missed, for it may come again.
  struct Lost {
    ProcessTimes times;
    double estimatedMicros;
    uint64_t look;

    double certainMicros() const {
      return static_cast<double>(times.ownMicros + times.childrenMicros);
    }
  };

  // Returns what is known of it from before, if it was there; then it is not lost.
  const ProcessTimes* earlier(const Key& key) const;
  void lose(const Key& key, const Seen& seen);
  void settleLost();

  std::map<Key, Seen> seen_;
  std::map<Key, Lost> recentlyLost_;
  // The CPU time of all that are gone for good, and the time that survivors have been given for
  // ended children since.
  double lostMicros_ = 0, estimatedMicros_ = 0, givenMicros_ = 0;
  uint64_t looks_ = 0;
  uint64_t totalMicros_ = 0;
};

}  // namespace brood::supervisor
